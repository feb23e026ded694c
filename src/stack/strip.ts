import type { LivePacket } from './engine.js';
import { read16, read8, write16 } from './bytes.js';
import { replaced16 } from './checksum.js';
import { findIpv6Header, fragmentOffset4, headerLength4 } from './headers.js';

const noOperation = 1;

/**
 * TCPOPTSTRIP: options of these kinds become no-operations, byte by byte, and the checksum follows. False where the TCP header lies about
 * its length: the packet must be dropped. A later fragment stays as it is.
 */
export function stripOptions({ bytes, family }: LivePacket, stripped: ReadonlySet<number>): boolean {
  const transport = family === 4 ? (fragmentOffset4(bytes) === 0 ? headerLength4(bytes) : undefined) : tcpOffset6(bytes);
  if (transport === undefined) return true;
  if (transport + 20 > bytes.length) return false;
  const length = (read8(bytes, transport + 12) >>> 4) * 4;
  if (length < 20 || transport + length > bytes.length) return false;
  const end = transport + length;
  for (let at = transport + 20; at < end; ) {
    const option = read8(bytes, at);
    const size = option <= 1 ? 1 : at + 1 < end ? read8(bytes, at + 1) || 1 : 1;
    if (!stripped.has(option)) {
      at += size;
      continue;
    }
    if (at + size > end) break;
    for (let byte = at; byte < at + size; byte++) {
      const old = read8(bytes, byte);
      if (old === noOperation) continue;
      const odd = (byte - transport) % 2 === 1;
      write16(bytes, transport + 16, replaced16(read16(bytes, transport + 16), odd ? old : old << 8, odd ? noOperation : noOperation << 8));
      bytes[byte] = noOperation;
    }
    at += size;
  }
  return true;
}

function tcpOffset6(bytes: Uint8Array): number | undefined {
  const found = findIpv6Header(bytes);
  return found.kind === 'found' && found.fragmentOffset === 0 ? found.offset : undefined;
}
