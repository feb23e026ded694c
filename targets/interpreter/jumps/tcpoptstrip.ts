import { fragmentOffset4, read16, read8, replaced16, write16 } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';
import { findIpv6Header, headerLength4 } from '../../../src/stack/index.js';

const noOperation = 1;

/** Options become no-operations, byte by byte, and the checksum follows. A packet whose header lies about its length is dropped. */
export const tcpoptstrip: JumpMeaning<'tcpoptstrip'> = ({ options }) => {
  const stripped = new Set(options);
  return ({ packet: { bytes, family } }) => {
    const transport = family === 4 ? (fragmentOffset4(bytes) === 0 ? headerLength4(bytes) : undefined) : tcpOffset6(bytes);
    if (transport === undefined) return undefined;
    if (transport + 20 > bytes.length) return { kind: 'drop' };
    const length = (read8(bytes, transport + 12) >>> 4) * 4;
    if (length < 20 || transport + length > bytes.length) return { kind: 'drop' };
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
    return undefined;
  };
};

function tcpOffset6(bytes: Uint8Array): number | undefined {
  const found = findIpv6Header(bytes);
  return found.kind === 'found' && found.fragmentOffset === 0 ? found.offset : undefined;
}
