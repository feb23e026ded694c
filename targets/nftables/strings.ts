import { byteLength, decodeBytes, encodeText } from '../../src/ir/index.js';

/** Bytes of a comment that the kernel keeps for nft. */
export const commentLimit = 128;
const marker = '%:';
const more = '%+';

/**
 * Comments of a rule as nft text can hold them: no `"`, no control byte, at most 128 bytes. One comment that fits stands as it is.
 * Otherwise `%:`, the text with `%`, `"`, control and non-ASCII bytes as `%hh`, `%/` between several comments; what is left over
 * after 128 bytes goes to further comments, which begin with `%+` and belong to rules that only `continue`.
 * The last string is the comment of the rule; the others stand before it, in order.
 */
export function encodeComments(comments: readonly string[]): readonly string[] {
  const [first] = comments;
  if (first === undefined) return [];
  if (comments.length === 1 && isPlainComment(first)) return [first];
  const units = comments.flatMap((comment, index) => [...(index > 0 ? ['%/'] : []), ...escaped(comment)]);
  const out: string[] = [];
  let current = marker;
  for (const unit of units) {
    if (current.length + unit.length > commentLimit) {
      out.push(current);
      current = more;
    }
    current += unit;
  }
  return [...out, current];
}

/** Inverse of `encodeComments`. */
export function decodeComments(parts: readonly string[]): readonly string[] {
  const [first] = parts;
  if (first === undefined) return [];
  if (!first.startsWith(marker)) return [first];
  const whole = parts.map((part) => part.slice(2)).join('');
  return whole.split('%/').map((comment) => comment.replace(/(?:%[0-9a-f]{2})+/g, (run) => decodeUtf8(run)));
}

const decodeUtf8 = (run: string): string => decodeBytesOf(run.slice(1).split('%').map((hex) => Number.parseInt(hex, 16)));

function decodeBytesOf(bytes: readonly number[]): string {
  return decodeBytes(Uint8Array.from(bytes));
}

const isPlainComment = (text: string): boolean =>
  text !== '' && byteLength(text) <= commentLimit && !text.startsWith('%') && /^[^"\u0000-\u001f\u007f\ud800-\udfff]+$/u.test(text);

function escaped(text: string): readonly string[] {
  return Array.from(encodeText(text), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x25 ? `%${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte));
}

/** Text between double quotes as nft text can hold it: it knows no escape for `"`. Bytes other than printable ones stay out too. */
export const fitsQuotes = (text: string): boolean => /^[^"\u0000-\u001f\u007f\ud800-\udfff]*$/u.test(text);
