import { read8, transportSumsUp } from '../../../src/stack/index.js';
import { hasTransport, type JumpMeaning } from '../evaluation.js';

const fin = 1;
const syn = 2;
const rst = 4;
const ack = 16;

/**
 * A SYN alone is answered, and an ACK alone is taken for the answer to that: neither goes on. The answer holds a secret of the kernel's,
 * so that it is not among the replies. Packets whose header is not whole or whose checksum is wrong are dropped, the others go on.
 */
export const synproxy: JumpMeaning<'synproxy'> = () => (evaluation) => {
  const { packet: { bytes, family }, transport } = evaluation;
  if (!hasTransport(evaluation, 20)) return { kind: 'drop' };
  const header = (read8(bytes, transport + 12) >>> 4) * 4;
  if (header < 20 || !hasTransport(evaluation, header) || !transportSumsUp(bytes, family, 6, transport)) return { kind: 'drop' };
  const flags = read8(bytes, transport + 13) & (fin | syn | rst | ack);
  return flags === syn || flags === ack ? { kind: 'drop' } : undefined;
};
