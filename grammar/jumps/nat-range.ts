import type { AddressRange, Family, NatRange, Range } from '../../src/ir/index.js';
import type { DecodeContext, Word } from '../extension.js';
import { formatAddress, parseAddress, reportAddress } from '../values/address.js';
import { parseUnsigned, scanUnsigned, u16 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { servicePort } from '../values/services.js';

/** A translation as written: `basePort` belongs to `a-b/base`, which only DNAT takes. */
export interface Translation extends NatRange {
  readonly basePort?: number;
}

/** Protocols whose packets have ports to translate, for iptables; it does not look at a `!` before -p. */
const withPorts: readonly number[] = [6, 17, 132, 33, 1];

interface Ports {
  readonly ports: Range;
  readonly basePort?: number;
}

/** `port[-port[/base]]`; service names stand alone, or behind the slash. */
export function readNatPorts(word: Word, context: DecodeContext, extension: string): Ports | undefined {
  if (!withPorts.includes(context.protocol?.value ?? 0)) {
    context.report('port-protocol-needed', { extension }, placeOf(word, context));
    return undefined;
  }
  const refuse = (text: string, problem: string): undefined => {
    context.report('bad-value', { option: 'port', text, problem }, placeOf(word, context));
    return undefined;
  };
  const { text } = word;
  const first = scanUnsigned(text);
  if (first === undefined || first.value > BigInt(u16)) {
    const named = servicePort(text);
    return named === undefined ? refuse(text, 'is neither a port nor a known service') : { ports: { min: named, max: named } };
  }
  const min = Number(first.value);
  if (first.end === text.length) return { ports: { min, max: min } };
  if (text[first.end] !== '-') return refuse(text, text[first.end] === ':' ? 'has a colon where ranges have a dash' : 'is no port range a-b');
  const second = scanUnsigned(text, first.end + 1);
  if (second === undefined || second.value > BigInt(u16)) return refuse(text, 'is no port range a-b');
  const max = Number(second.value);
  if (max < min) {
    context.report('reversed-range', { text: `${min}-${max}` }, placeOf(word, context));
    return undefined;
  }
  if (second.end === text.length) return { ports: { min, max } };
  if (text[second.end] !== '/') return refuse(text, 'is no port range a-b');
  const basePort = readBase(text.slice(second.end + 1));
  return basePort === undefined ? refuse(text, 'has no port from 1 to 65535 behind its slash') : { ports: { min, max }, basePort };
}

/** What follows the number is not looked at. */
function readBase(text: string): number | undefined {
  const scanned = scanUnsigned(text);
  if (scanned !== undefined && scanned.value >= 1n && scanned.value <= BigInt(u16)) return Number(scanned.value);
  return parseUnsigned(text, u16) === undefined ? servicePort(text) : undefined;
}

/** `[addr[-addr]][:ports]`, in IPv6 `[addr-addr]:ports`, as iptables takes it apart. */
export function readTranslation(word: Word, context: DecodeContext, extension: string): Translation | undefined {
  const { text } = word;
  const bracket = text.indexOf('[');
  let start = 0;
  let end = text.length;
  let colon: number;
  if (bracket < 0) {
    colon = text.indexOf(':');
    if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) colon = -1;
  } else {
    start = bracket + 1;
    end = text.indexOf(']', start);
    if (end < 0 || context.family === 4) {
      context.report('bad-value', { option: 'to', text, problem: 'has brackets that hold no IPv6 address' }, placeOf(word, context));
      return undefined;
    }
    colon = text.indexOf(':', end + 1);
  }
  const ports = colon < 0 ? undefined : readNatPorts({ ...word, text: text.slice(colon + 1) }, context, extension);
  if (colon >= 0 && ports === undefined) return undefined;
  // iptables takes two characters before the colon for an empty pair of brackets, whatever they are.
  if (colon === 0 || colon === 2) return { ...ports };
  const addresses = readAddressRange({ ...word, text: text.slice(start, bracket < 0 && colon >= 0 ? colon : end) }, context);
  return addresses === undefined ? undefined : { addresses, ...ports };
}

function readAddressRange(word: Word, context: DecodeContext): AddressRange | undefined {
  const dash = word.text.indexOf('-');
  const low = dash < 0 ? word.text : word.text.slice(0, dash);
  const high = dash < 0 ? low : word.text.slice(dash + 1);
  const min = parseAddress(context.family, low);
  const max = parseAddress(context.family, high);
  if (min === undefined || max === undefined) {
    reportAddress({ ...word, text: min === undefined ? low : high }, context.family, context);
    return undefined;
  }
  return { min, max };
}

export function formatTranslation({ addresses, ports, basePort }: Translation, family: Family): string {
  const range = addresses === undefined ? '' : formatAddressRange(addresses, family);
  const shown = family === 6 && ports !== undefined && addresses !== undefined ? `[${range}]` : range;
  return ports === undefined ? shown : `${shown}:${formatNatPorts(ports, basePort)}`;
}

const formatAddressRange = ({ min, max }: AddressRange, family: Family): string =>
  min === max ? formatAddress(family, min) : `${formatAddress(family, min)}-${formatAddress(family, max)}`;

/** With a base always as a range, the only form that can be read: iptables-save itself prints `80/5` for `80-80/5`. */
export const formatNatPorts = ({ min, max }: Range, basePort?: number): string =>
  basePort !== undefined ? `${min}-${max}/${basePort}` : min === max ? String(min) : `${min}-${max}`;

/** The slash means something to DNAT only; iptables hands other targets a base of 0 and saves what it cannot read. */
export function refuseBase(word: Word, context: DecodeContext, extension: string): void {
  context.report('kernel-refuses', { extension, reason: 'only DNAT shifts port ranges' }, placeOf(word, context));
}
