import { parseUnsigned, scanUnsigned, u8 } from './number.js';

/** Four decimal parts without leading zeros, as inet_pton takes them. */
export function parseIpv4(text: string): bigint | undefined {
  const bytes = text.split('.');
  if (bytes.length !== 4) return undefined;
  let address = 0n;
  for (const byte of bytes) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(byte) || Number(byte) > u8) return undefined;
    address = (address << 8n) | BigInt(byte);
  }
  return address;
}

/**
 * As iptables itself reads networks: one to four parts of 0-255 in any base; missing parts are zero (`10.1` is 10.1.0.0).
 * A last part that is no byte is left to `parseIpv4Aton`.
 */
export function parseIpv4Partial(text: string): bigint | undefined {
  const bytes = text.slice(0, 19).split('.');
  if (bytes.length > 4) return undefined;
  let address = 0n;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[at];
    const value = byte === undefined ? 0 : parseUnsigned(byte, u8);
    if (value === undefined) return undefined;
    address = (address << 8n) | BigInt(value);
  }
  return address;
}

/** As inet_aton: one to four parts in any base, the last one fills the rest (`10.1` is 10.0.0.1, `0x0a000001` too). */
export function parseIpv4Aton(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0n;
  for (const [at, part] of parts.entries()) {
    const scanned = /^[0-9]/.test(part) ? scanUnsigned(part) : undefined;
    if (scanned === undefined || scanned.end !== part.length) return undefined;
    const bits = at < parts.length - 1 ? 8 : 8 * (5 - parts.length);
    if (scanned.value >= 1n << BigInt(bits)) return undefined;
    address = (address << BigInt(bits)) | scanned.value;
  }
  return address;
}

export const formatIpv4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
