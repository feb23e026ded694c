import { describe } from 'vitest';
import { no, packetOf, yes } from '../build.js';
import { asTheKernel, match, packet } from './table.js';

const bytes = packet(4, { kind: 'udp', sourcePort: 1, destinationPort: 2 });
const packets = [packetOf(4, bytes), packetOf(4, bytes, { socket: 'kernel' }), packetOf(4, bytes, { uid: 0, gid: 0, socket: 'process' }), packetOf(4, bytes, { uid: 1000, gid: 100, socket: 'process' })];
const users = { min: 1000, max: 1001 };
const of = (options: object) => [match({ kind: 'owner', ...options })];

// What xt_owner says: without a socket it holds exactly when all of its tests are inverted.
describe('no socket, the kernel\'s own, root, user 1000', () => {
  asTheKernel({ family: 4, packets, hook: 'OUTPUT' }, [
    { name: '--socket-exists', matches: of({ socketExists: { negated: false } }), kernel: '. M M M' },
    { name: '! --socket-exists', matches: of({ socketExists: { negated: true } }), kernel: 'M . . .' },
    { name: '--uid-owner 1000-1001', matches: of({ uid: yes(users) }), kernel: '. . . M' },
    { name: '! --uid-owner 1000-1001', matches: of({ uid: no(users) }), kernel: 'M M M .' },
    { name: '! --uid-owner 1000-1001 --gid-owner 0', matches: of({ uid: no(users), gid: yes({ min: 0, max: 0 }) }), kernel: '. . M .' },
    { name: '! --uid-owner 1000-1001 ! --gid-owner 0', matches: of({ uid: no(users), gid: no({ min: 0, max: 0 }) }), kernel: 'M M . .' },
    { name: '! --socket-exists --uid-owner 0', matches: of({ socketExists: { negated: true }, uid: yes({ min: 0, max: 0 }) }), kernel: '. . . .' },
  ]);
});
