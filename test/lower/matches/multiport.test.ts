import { describe } from 'vitest';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet } from './table.js';

const conditions = { protocol: yes(6) };
const one = (port: number) => ({ min: port, max: port, ranged: false });
const range = (min: number, max: number) => ({ min, max, ranged: true });

describe('ports 1>2 0>0 65535>65535 53>1000 1000>53 53>53 1000>1001 100>200 150>7 99>201', () => {
  const pairs = [[1, 2], [0, 0], [65535, 65535], [53, 1000], [1000, 53], [53, 53], [1000, 1001], [100, 200], [150, 7], [99, 201]] as const;
  const packets = pairs.map(([sourcePort, destinationPort]) => packet(4, { kind: 'tcp', sourcePort, destinationPort, flags: 2 }));
  const tcp = (sourcePort: readonly [number, number, boolean] | undefined, destinationPort?: readonly [number, number, boolean]) => {
    const test = ([min, max, negated]: readonly [number, number, boolean]) => ({ value: { min, max }, negated });
    return [match({ kind: 'tcp', ...(sourcePort && { sourcePort: test(sourcePort) }), ...(destinationPort && { destinationPort: test(destinationPort) }) })];
  };
  asTheKernel({ family: 4, packets }, [
    { name: '--dport 53', conditions, matches: tcp(undefined, [53, 53, false]), kernel: '. . . . M M . . . .' },
    { name: '! --dport 53', conditions, matches: tcp(undefined, [53, 53, true]), kernel: 'M M M M . . M M M M' },
    { name: '--sport 100:200', conditions, matches: tcp([100, 200, false]), kernel: '. . . . . . . M M .' },
    { name: '--dport :53', conditions, matches: tcp(undefined, [0, 53, false]), kernel: 'M M . . M M . . M .' },
    { name: '--dport 1000:', conditions, matches: tcp(undefined, [1000, 65535, false]), kernel: '. . M M . . M . . .' },
    { name: '! --sport 53 ! --dport 53', conditions, matches: tcp([53, 53, true], [53, 53, true]), kernel: 'M M M . . . M M M M' },
    { name: '--ports 53', conditions, matches: [match({ kind: 'multiport', side: 'either', ports: yes([one(53)]) })], kernel: '. . . M M M . . . .' },
    { name: '! --ports 53', conditions, matches: [match({ kind: 'multiport', side: 'either', ports: no([one(53)]) })], kernel: 'M M M . . . M M M M' },
    { name: '--dports 53,1001', conditions, matches: [match({ kind: 'multiport', side: 'destination', ports: yes([one(53), one(1001)]) })], kernel: '. . . . M M M . . .' },
    { name: '! --sports 53,100:200', conditions, matches: [match({ kind: 'multiport', side: 'source', ports: no([one(53), range(100, 200)]) })], kernel: 'M M M . M . M . . M' },
    { name: '--ports 53:100', conditions, matches: [match({ kind: 'multiport', side: 'either', ports: yes([range(53, 100)]) })], kernel: '. . . M M M . M . M' },
    { name: '! --ports 53:100', conditions, matches: [match({ kind: 'multiport', side: 'either', ports: no([range(53, 100)]) })], kernel: 'M M M . . . M . M .' },
  ]);
});

describe('UDP cut to 0 1 2 3 4 7 8 bytes', () => {
  const packets = [0, 1, 2, 3, 4, 7, 8].map((truncate) => packet(4, { kind: 'udp', sourcePort: 1, destinationPort: 53 }, { truncate }));
  const udp = { protocol: yes(17) };
  asTheKernel({ family: 4, packets }, [
    { name: '-p udp', conditions: udp, matches: [], kernel: 'M M M M M M M' },
    { name: '-m udp', conditions: udp, matches: [match({ kind: 'udp' })], kernel: 'D D D D D D M' },
    { name: '! --dport 53', conditions: udp, matches: [match({ kind: 'udp', destinationPort: no({ min: 53, max: 53 }) })], kernel: 'D D D D D D .' },
    { name: '--sport 1', conditions: udp, matches: [match({ kind: 'udp', sourcePort: yes({ min: 1, max: 1 }) })], kernel: 'D D D D D D M' },
    { name: '--dports 53', conditions: udp, matches: [match({ kind: 'multiport', side: 'destination', ports: yes([one(53)]) })], kernel: 'D D D D M M M' },
    { name: '! --dports 53', conditions: udp, matches: [match({ kind: 'multiport', side: 'destination', ports: no([one(53)]) })], kernel: 'D D D D . . .' },
  ]);
});
