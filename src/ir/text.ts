/**
 * Rule files are bytes, mostly but not always UTF-8. A byte that is not part of valid UTF-8 becomes the lone surrogate
 * U+DC00 + byte, so that text passes through strings unchanged, and limits that the kernel counts in bytes can be counted.
 */
const escapeBase = 0xdc00;

export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeEscaped(bytes);
  }
}

function decodeEscaped(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(escapeBase + (bytes[at] ?? 0));
      at += 1;
      continue;
    }
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(escapeBase + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  return at + length <= bytes.length ? length : 0;
}

const isEscape = (unit: number): boolean => unit >= escapeBase + 0x80 && unit <= escapeBase + 0xff;

export function encodeText(text: string): Uint8Array {
  let plain = true;
  for (let at = 0; at < text.length && plain; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) at++;
    else if (isEscape(unit)) plain = false;
  }
  if (plain) return new TextEncoder().encode(text);
  const out: number[] = [];
  const encoder = new TextEncoder();
  for (const char of text) {
    const unit = char.charCodeAt(0);
    if (char.length === 1 && isEscape(unit)) out.push(unit - escapeBase);
    else out.push(...encoder.encode(char));
  }
  return Uint8Array.from(out);
}

/** Length of the text as the kernel's tools count it. */
export function byteLength(text: string): number {
  let ascii = true;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) {
      ascii = false;
      break;
    }
  }
  return ascii ? text.length : encodeText(text).length;
}

/** The first `limit` bytes, cut where the kernel would cut: possibly inside a character. */
export function truncateBytes(text: string, limit: number): string {
  return byteLength(text) <= limit ? text : decodeBytes(encodeText(text).subarray(0, limit));
}
