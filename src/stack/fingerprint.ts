import type { Syn } from '../ir/index.js';
import { read16, read8 } from './bytes.js';

/** Undefined where there is none. The fragment offset is not looked at. */
export function synOf(bytes: Uint8Array, transport: number): Syn | undefined {
  if (transport + 20 > bytes.length || (read8(bytes, transport + 13) & 2) === 0) return undefined;
  // A header that says it is shorter than one can be has no options.
  const end = transport + (read8(bytes, transport + 12) >> 4) * 4;
  if (end > bytes.length) return undefined;
  return { ttl: read8(bytes, 8), dontFragment: (read8(bytes, 6) & 0x40) !== 0, length: read16(bytes, 2), window: read16(bytes, transport + 14), options: bytes.subarray(transport + 20, end) };
}
