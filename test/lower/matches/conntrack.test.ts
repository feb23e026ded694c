import { describe } from 'vitest';
import { connection, no, packetOf, yes } from '../build.js';
import { asTheKernel, match, packet } from './table.js';

const bytes = packet(4, { kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: 2 });
const packets = [
  packetOf(4, bytes, { state: 'INVALID' }),
  packetOf(4, bytes, { state: 'UNTRACKED' }),
  packetOf(4, bytes, { state: 'NEW', connection: connection({ mark: 5 }) }),
  packetOf(4, bytes, { state: 'ESTABLISHED', connection: connection({ direction: 'REPLY', status: 2 | 4 | 8 | 32 }) }),
];
const of = (options: object) => [match({ kind: 'conntrack', ...options })];
const elsewhere = { address: 0x09090909n, mask: 0xffffffffn };

// The rows with INVALID and NEW packets were put to the kernel with a lone FIN and a GRE packet.
describe('INVALID, UNTRACKED, NEW, ESTABLISHED reply of a DNATed connection', () => {
  asTheKernel({ family: 4, packets, hook: 'FORWARD', table: 'filter' }, [
    { name: '--ctstate INVALID', matches: of({ states: yes(['INVALID']) }), kernel: 'M . . .' },
    { name: '! --ctstate NEW', matches: of({ states: no(['NEW']) }), kernel: 'M M . M' },
    { name: '! --ctstate INVALID', matches: of({ states: no(['INVALID']) }), kernel: '. M M M' },
    { name: '--ctstate NEW,DNAT', matches: of({ states: yes(['NEW', 'DNAT']) }), kernel: '. . M M' },
    { name: '! --ctstate DNAT', matches: of({ states: no(['DNAT']) }), kernel: 'M M M .' },
    { name: '--ctdir ORIGINAL', matches: of({ direction: 'ORIGINAL' }), kernel: '. . M .' },
    { name: '--ctorigdst 10.0.1.9/24', matches: of({ originalDestination: yes({ address: 0x0a000109n, mask: 0xffffff00n }) }), kernel: '. . M M' },
    { name: '! --ctorigdst 9.9.9.9', matches: of({ originalDestination: no(elsewhere) }), kernel: '. . M M' },
    { name: '--ctstate INVALID --ctproto 6', matches: of({ states: yes(['INVALID']), protocol: yes(6) }), kernel: 'M . . .' },
    { name: '--ctstate INVALID,NEW --ctproto 17', matches: of({ states: yes(['INVALID', 'NEW']), protocol: yes(17) }), kernel: 'M . . .' },
    { name: '--ctstate INVALID,NEW ! --ctproto 17', matches: of({ states: yes(['INVALID', 'NEW']), protocol: no(17) }), kernel: 'M . M .' },
    { name: '! --ctstate NEW --ctorigdst 9.9.9.9', matches: of({ states: no(['NEW']), originalDestination: yes(elsewhere) }), kernel: 'M M . .' },
    { name: '! --ctproto 6', matches: of({ protocol: no(6) }), kernel: '. . . .' },
    { name: '--ctstatus NONE', matches: of({ statuses: yes(['NONE']) }), kernel: '. . . .' },
    { name: '! --ctstatus NONE', matches: of({ statuses: no(['NONE']) }), kernel: '. . M M' },
    { name: '--ctstatus ASSURED', matches: of({ statuses: yes(['ASSURED']) }), kernel: '. . . M' },
    { name: '--ctorigdstport 80', matches: of({ originalDestinationPort: yes({ min: 80, max: 80 }) }), kernel: '. . M M' },
    { name: '--mark 5 (connmark)', matches: [match({ kind: 'connmark', mark: yes({ value: 5, mask: 0xffffffff }) })], kernel: '. . M .' },
    { name: '! --mark 5 (connmark)', matches: [match({ kind: 'connmark', mark: no({ value: 5, mask: 0xffffffff }) })], kernel: '. . . M' },
    { name: '--state NEW', matches: [match({ kind: 'state', states: yes(['NEW']) })], kernel: '. . M .' },
  ]);
});
