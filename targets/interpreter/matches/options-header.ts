import type { ExtensionOption, Test as Tested } from '../../../src/ir/index.js';
import { findIpv6Header, read8 } from '../../../src/stack/index.js';
import { condemn, type Test } from '../evaluation.js';

/**
 * Hop-by-hop (0) and destination options (60). A walk that breaks, or a header that is not whole, condemns the packet. The options asked for are the first ones, in order.
 */
export const optionsHeader = (protocol: 0 | 60, length: Tested<number> | undefined, options: readonly ExtensionOption[] | undefined): Test => (evaluation) => {
  const { bytes } = evaluation.packet;
  const found = findIpv6Header(bytes, protocol);
  if (found.kind === 'absent') return false;
  if (found.kind === 'broken' || found.offset + 2 > bytes.length) return condemn(evaluation);
  const headerLength = (read8(bytes, found.offset + 1) + 1) * 8;
  if (bytes.length - found.offset < headerLength) return condemn(evaluation);
  const fits = length === undefined || (headerLength === length.value) !== length.negated;
  return options === undefined ? fits : fits && begins(bytes, found.offset + 2, headerLength - 2, options);
};

function begins(bytes: Uint8Array, start: number, size: number, options: readonly ExtensionOption[]): boolean {
  let at = start;
  let left = size;
  for (const [index, option] of options.entries()) {
    if (left < 1 || read8(bytes, at) !== option.type) return false;
    let taken = 1;
    if (option.type !== 0) {
      if (left < 2) return false;
      const length = read8(bytes, at + 1);
      if (option.length !== undefined && option.length !== length) return false;
      taken = length + 2;
    }
    if (index < options.length - 1 && (at > bytes.length - taken || left < taken)) return false;
    at += taken;
    left -= taken;
  }
  return true;
}
