import { read32, read8, write32 } from './bytes.js';
import { fixHeaderChecksum } from './checksum.js';
import { headerLength4 } from './headers.js';

/** IPv4 options as the kernel reads them behind routing, and what it writes into them on the way. */
export interface Options4 {
  /** Where the first fault is; the packet is lost and an ICMP parameter problem points here. */
  readonly fault?: number;
  /** Source routes are not followed: the packet is lost silently. */
  readonly sourceRoute: boolean;
  /** Something was written, but the header checksum not yet brought along: that happens behind FORWARD. */
  readonly changed: boolean;
  /** Offsets of the entries that take the outgoing interface's address. */
  readonly addressAt: readonly number[];
  /** Offsets of the options that an ICMP error repeats. */
  readonly echoed: { readonly recordRoute?: number; readonly timestamp?: number; readonly cipso?: number };
}

const option = { end: 0, nop: 1, recordRoute: 7, timestamp: 68, security: 130, looseRoute: 131, cipso: 134, strictRoute: 137, routerAlert: 148 } as const;

export interface OptionHost {
  /** This host's address towards the packet's source. */
  readonly address: bigint;
  /** Milliseconds since midnight. */
  readonly time: number;
  isUnicast(address: bigint): boolean;
}

/** Reads the options in place: record route and timestamp entries are filled in, padding behind the end becomes zero. */
export function readOptions4(bytes: Uint8Array, host: OptionHost): Options4 {
  const end = headerLength4(bytes);
  const seen = new Map<number, number>();
  const addressAt: number[] = [];
  let sourceRoute = false;
  let changed = false;
  const fault = (at: number): Options4 => ({ fault: at, sourceRoute: false, changed: false, addressAt, echoed: echoed(seen) });
  for (let at = 20; at < end;) {
    const kind = read8(bytes, at);
    if (kind === option.end) {
      for (let rest = at + 1; rest < end; rest++) {
        if (read8(bytes, rest) !== 0) changed = true;
        bytes[rest] = 0;
      }
      break;
    }
    if (kind === option.nop) {
      at += 1;
      continue;
    }
    const length = read8(bytes, at + 1);
    if (end - at < 2 || length < 2 || length > end - at) return fault(at);
    const pointer = read8(bytes, at + 2);
    switch (kind) {
      case option.looseRoute:
      case option.strictRoute:
        if (length < 3) return fault(at + 1);
        if (pointer < 4) return fault(at + 2);
        if (sourceRoute) return fault(at);
        sourceRoute = true;
        break;
      case option.recordRoute:
        if (seen.has(kind)) return fault(at);
        if (length < 3) return fault(at + 1);
        if (pointer < 4) return fault(at + 2);
        if (pointer <= length) {
          if (pointer + 3 > length) return fault(at + 2);
          write32(bytes, at + pointer - 1, Number(host.address));
          bytes[at + 2] = pointer + 4;
          addressAt.push(at + pointer - 1);
          changed = true;
        }
        break;
      case option.timestamp: {
        if (seen.has(kind)) return fault(at);
        if (length < 4) return fault(at + 1);
        if (pointer < 5) return fault(at + 2);
        const flags = read8(bytes, at + 3);
        if (pointer > length) {
          if ((flags & 15) === 3) break;
          if (flags >>> 4 === 15) return fault(at + 3);
          bytes[at + 3] = flags + 16;
          changed = true;
          break;
        }
        if (pointer + 3 > length) return fault(at + 2);
        if ((flags & 15) === 0) {
          write32(bytes, at + pointer - 1, host.time);
          bytes[at + 2] = pointer + 4;
          changed = true;
        } else if ((flags & 15) === 1 || (flags & 15) === 3) {
          if (pointer + 7 > length) return fault(at + 2);
          if ((flags & 15) === 3 && host.isUnicast(BigInt(read32(bytes, at + pointer - 1)))) break;
          if ((flags & 15) === 1) {
            write32(bytes, at + pointer - 1, Number(host.address));
            addressAt.push(at + pointer - 1);
          }
          write32(bytes, at + pointer + 3, host.time);
          bytes[at + 2] = pointer + 8;
          changed = true;
        }
        break;
      }
      case option.routerAlert:
        if (length < 4) return fault(at + 1);
        break;
      case option.cipso: {
        if (seen.has(kind)) return fault(at);
        seen.set(kind, at);
        const bad = cipsoFault(bytes, at, length);
        if (bad !== undefined) return fault(bad);
        break;
      }
      default:
        break;
    }
    seen.set(kind, at);
    at += length;
  }
  return { sourceRoute, changed, addressAt, echoed: echoed(seen) };
}

function echoed(seen: ReadonlyMap<number, number>): Options4['echoed'] {
  const [recordRoute, timestamp, cipso] = [seen.get(option.recordRoute), seen.get(option.timestamp), seen.get(option.cipso)];
  return { ...(recordRoute === undefined ? {} : { recordRoute }), ...(timestamp === undefined ? {} : { timestamp }), ...(cipso === undefined ? {} : { cipso }) };
}

/** The options of an ICMP error about a packet with options, padded; undefined where they have no room for this host, and no error is sent. */
export function echoOptions4(bytes: Uint8Array, options: Options4, address: bigint, time: number): Uint8Array | undefined {
  const { recordRoute, timestamp, cipso } = options.echoed;
  const out: number[] = [];
  const copy = (at: number): Uint8Array => bytes.slice(at, at + read8(bytes, at + 1));
  if (recordRoute !== undefined) {
    const entry = copy(recordRoute);
    const pointer = read8(entry, 2);
    if (options.addressAt.some((at) => at > recordRoute && at < recordRoute + entry.length) && pointer <= entry.length) {
      if (pointer + 3 > entry.length) return undefined;
      write32(entry, pointer - 1, Number(address));
      entry[2] = pointer + 4;
    }
    out.push(...entry);
  }
  if (timestamp !== undefined) {
    const entry = copy(timestamp);
    const pointer = read8(entry, 2);
    const withAddress = (read8(entry, 3) & 15) === 1;
    if (pointer <= entry.length && (read8(entry, 3) & 15) < 2) {
      const timeAt = pointer - 1 + (withAddress ? 4 : 0);
      if (timeAt + 4 > entry.length) return undefined;
      if (withAddress) write32(entry, pointer - 1, Number(address));
      write32(entry, timeAt, time);
      entry[2] = timeAt + 5;
    }
    out.push(...entry);
  }
  if (cipso !== undefined) out.push(...copy(cipso));
  while (out.length % 4 !== 0) out.push(0);
  return Uint8Array.from(out);
}

/** The shape of a CIPSO label. */
function cipsoFault(bytes: Uint8Array, at: number, length: number): number | undefined {
  if (length < 8) return at + 1;
  if (read32(bytes, at + 2) === 0) return at + 2;
  for (let tag = 6; tag < length;) {
    const size = read8(bytes, at + tag + 1);
    if (tag + 1 === length) return at + tag;
    if (size === 0 || size > length - tag) return at + tag + 1;
    tag += size;
  }
  return undefined;
}

/** What forwarding writes behind FORWARD: the outgoing interface's address, and the checksum. */
export function finishOptions4(bytes: Uint8Array, options: Options4, address: bigint): void {
  for (const at of options.addressAt) write32(bytes, at, Number(address));
  if (options.changed) fixHeaderChecksum(bytes);
}

/** Whether a header has options at all. */
export const hasOptions4 = (bytes: Uint8Array): boolean => headerLength4(bytes) > 20;
