import { prefixMask, type AddressMask } from '../src/ir/index.js';

const masks = Array.from({ length: 33 }, (_, length) => prefixMask(4, length));

const dot = 46;
const slash = 47;
const zero = 48;

/**
 * The way iptables-save writes an IPv4 network, `10.0.0.0/8` or `10.0.0.1`, without regular expressions: most of a large dump is
 * this. Undefined for every other form, also valid ones; host bits are cleared.
 */
export function parsePlainNetwork(text: string): AddressMask | undefined {
  let address = 0;
  let part = -1;
  let parts = 0;
  let inLength = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= zero + 9) {
      // A leading zero would mean octal.
      if (part === 0) return undefined;
      part = (part < 0 ? 0 : part * 10) + code - zero;
      if (part > 255) return undefined;
    } else if ((code === dot || code === slash) && part >= 0 && !inLength) {
      address = address * 256 + part;
      parts += 1;
      part = -1;
      inLength = code === slash;
      if (parts === 4 ? code === dot : code === slash) return undefined;
    } else {
      return undefined;
    }
  }
  if (part < 0) return undefined;
  let length = 32;
  if (inLength) {
    length = part;
  } else {
    address = address * 256 + part;
    parts += 1;
  }
  if (parts !== 4 || length > 32) return undefined;
  const hostBits = 2 ** (32 - length);
  return { address: BigInt(address - (address % hostBits)), mask: masks[length] ?? 0n };
}
