import { describe } from 'vitest';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet } from './table.js';

const conditions = { protocol: yes(132) };
const init = { type: 1, value: new Uint8Array(4) };
const data = { type: 0, flags: 3, value: new Uint8Array(4) };
const sctp = (...chunks: readonly { readonly type: number; readonly flags?: number; readonly value?: Uint8Array; readonly length?: number }[]) => ({ kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks }) as const;
const of = (scope: 'all' | 'any' | 'only', type: number, negated = false) => match({ kind: 'sctp', chunks: { value: { scope, chunks: [{ type, flagMask: 0, flagValue: 0 }] }, negated } });

describe('INIT; INIT and a chunk cut to 3 bytes; INIT and a chunk of length 0; a chunk cut to 2 bytes; none; DATA INIT', () => {
  const packets = [
    packet(4, sctp(init)),
    packet(4, sctp(init, { type: 0 }), { truncate: 12 + 8 + 3 }),
    packet(4, sctp(init, { type: 0, length: 0 })),
    packet(4, sctp({ type: 0 }), { truncate: 14 }),
    packet(4, sctp()),
    packet(4, sctp(data, init)),
  ];
  asTheKernel({ family: 4, packets }, [
    { name: '--chunk-types any INIT', conditions, matches: [of('any', 1)], kernel: 'M M M D D M' },
    { name: '--chunk-types all INIT', conditions, matches: [of('all', 1)], kernel: 'M D D D D M' },
    { name: '--chunk-types only INIT', conditions, matches: [of('only', 1)], kernel: 'M D D D D .' },
    // The kernel counts the inverted ones as matches and drops the packet then.
    { name: '! --chunk-types any DATA', conditions, matches: [of('any', 0, true)], kernel: 'M D D D D .' },
    { name: '! --chunk-types only INIT', conditions, matches: [of('only', 1, true)], kernel: '. D D D D M' },
    { name: '! --chunk-types only INIT --sport 9', conditions, matches: [of('only', 1, true), match({ kind: 'sctp', sourcePort: yes({ min: 9, max: 9 }) })], kernel: '. D D D D .' },
    { name: '--dport 2', conditions, matches: [match({ kind: 'sctp', destinationPort: yes({ min: 2, max: 2 }) })], kernel: 'M M M M M M' },
    { name: '! --dport 3', conditions, matches: [match({ kind: 'sctp', destinationPort: no({ min: 3, max: 3 }) })], kernel: 'M M M M M M' },
  ]);
});
