import type { Counters } from '../src/ir/index.js';

/**
 * As scanf reads `%llu`: blanks, a sign, digits; what follows does not matter. Undefined when there is no digit. Values wrap at 64
 * bits as far as a minus sign goes; larger ones stick to the greatest.
 */
export function scanCounter(text: string): bigint | undefined {
  const found = /^\s*([+-]?)(\d+)/.exec(text);
  if (found?.[2] === undefined) return undefined;
  const greatest = 0xffff_ffff_ffff_ffffn;
  const value = BigInt(found[2]);
  if (value > greatest) return greatest;
  return found[1] === '-' ? BigInt.asUintN(64, -value) : value;
}

const common = /^\[(\d{1,18}):(\d{1,18})\]$/;

/** `[packets:bytes]`. */
export function parseCounters(text: string): Counters | undefined {
  const exact = common.exec(text);
  const [packets, bytes] = exact === null ? text.startsWith('[') ? text.slice(1).split(':') : [] : [exact[1], exact[2]];
  if (packets === undefined || bytes === undefined) return undefined;
  return countersOf(packets, bytes);
}

export function countersOf(packets: string, bytes: string): Counters | undefined {
  const packetCount = scanCounter(packets);
  const byteCount = scanCounter(bytes);
  return packetCount === undefined || byteCount === undefined ? undefined : { packets: packetCount, bytes: byteCount };
}

/** What stands before the command of a line: where the command begins and ends, and the counters' texts. */
export type Prefix =
  | { readonly kind: 'none' }
  | { readonly kind: 'counters'; readonly packets: string; readonly bytes: string; readonly start: number; readonly end: number }
  | { readonly kind: 'fault'; readonly problem: string };

const usualPrefix = /^\[(\d+):(\d+)\]/;

/**
 * `[packets:bytes]` before a command, split as iptables-restore does it: the colon it finds may stand behind the bracket, and then
 * cuts off the line there.
 */
export function splitPrefix(text: string): Prefix {
  if (!text.startsWith('[')) return { kind: 'none' };
  const usual = usualPrefix.exec(text);
  if (usual?.[1] !== undefined && usual[2] !== undefined) {
    return { kind: 'counters', packets: usual[1], bytes: usual[2], start: usual[0].length, end: text.length };
  }
  const bracket = text.indexOf(']');
  if (bracket < 0) return { kind: 'fault', problem: 'the bracket is not closed' };
  let from = 1;
  while (text[from] === ':') from += 1;
  if (from >= text.length) return { kind: 'fault', problem: 'the colon is missing' };
  const colon = text.indexOf(':', from);
  if (colon < 0) return { kind: 'fault', problem: 'the colon is missing' };
  let second = colon + 1;
  while (text[second] === ']') second += 1;
  if (second >= text.length) return { kind: 'fault', problem: 'the byte counter is missing' };
  const close = text.indexOf(']', second);
  const cut = [colon, ...(close < 0 ? [] : [close])].filter((at) => at > bracket);
  return {
    kind: 'counters',
    packets: text.slice(from, colon),
    bytes: text.slice(second, close < 0 ? undefined : close),
    start: bracket + 1,
    end: Math.min(text.length, ...cut),
  };
}
