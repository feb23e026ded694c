import { read8 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** The source MAC with ff:fe in its middle and the seventh bit turned, against the last 8 bytes of the source address. */
export const eui64: MatchMeaning<'eui64'> = () => ({ packet: { bytes, ethernet, inInterface } }) => {
  if (ethernet === undefined || ethernet.length < 14 || inInterface === 'lo') return false;
  const mac = (at: number): number => read8(ethernet, 6 + at);
  const identifier = [mac(0) ^ 2, mac(1), mac(2), 0xff, 0xfe, mac(3), mac(4), mac(5)];
  return identifier.every((byte, at) => read8(bytes, 16 + at) === byte);
};
