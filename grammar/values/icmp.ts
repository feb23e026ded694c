import type { IcmpType } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { parseUnsigned, u8 } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

/** A name, its type, and its code when it stands for one. */
export type IcmpName = readonly [name: string, type: number, code?: number];

/** In the order of iptables: ambiguities are reported by it. */
export const icmpNames: readonly IcmpName[] = [
  ['any', 255], ['echo-reply', 0], ['pong', 0],
  ['destination-unreachable', 3], ['network-unreachable', 3, 0], ['host-unreachable', 3, 1], ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3], ['fragmentation-needed', 3, 4], ['source-route-failed', 3, 5], ['network-unknown', 3, 6],
  ['host-unknown', 3, 7], ['network-prohibited', 3, 9], ['host-prohibited', 3, 10], ['TOS-network-unreachable', 3, 11],
  ['TOS-host-unreachable', 3, 12], ['communication-prohibited', 3, 13], ['host-precedence-violation', 3, 14],
  ['precedence-cutoff', 3, 15],
  ['source-quench', 4],
  ['redirect', 5], ['network-redirect', 5, 0], ['host-redirect', 5, 1], ['TOS-network-redirect', 5, 2], ['TOS-host-redirect', 5, 3],
  ['echo-request', 8], ['ping', 8], ['router-advertisement', 9], ['router-solicitation', 10],
  ['time-exceeded', 11], ['ttl-exceeded', 11], ['ttl-zero-during-transit', 11, 0], ['ttl-zero-during-reassembly', 11, 1],
  ['parameter-problem', 12], ['ip-header-bad', 12, 0], ['required-option-missing', 12, 1],
  ['timestamp-request', 13], ['timestamp-reply', 14], ['address-mask-request', 17], ['address-mask-reply', 18],
];

export const icmp6Names: readonly IcmpName[] = [
  ['destination-unreachable', 1], ['no-route', 1, 0], ['communication-prohibited', 1, 1], ['beyond-scope', 1, 2],
  ['address-unreachable', 1, 3], ['port-unreachable', 1, 4], ['failed-policy', 1, 5], ['reject-route', 1, 6],
  ['packet-too-big', 2],
  ['time-exceeded', 3], ['ttl-exceeded', 3], ['ttl-zero-during-transit', 3, 0], ['ttl-zero-during-reassembly', 3, 1],
  ['parameter-problem', 4], ['bad-header', 4, 0], ['unknown-header-type', 4, 1], ['unknown-option', 4, 2],
  ['echo-request', 128], ['ping', 128], ['echo-reply', 129], ['pong', 129],
  ['router-solicitation', 133], ['router-advertisement', 134],
  ['neighbour-solicitation', 135], ['neighbor-solicitation', 135],
  ['neighbour-advertisement', 136], ['neighbor-advertisement', 136], ['redirect', 137],
];

const allCodes = { min: 0, max: u8 };

/** A unique case-free beginning of a name, or `type[/code]`. */
export function readIcmpType(word: Word, reporter: Reporter, names: readonly IcmpName[]): IcmpType | undefined {
  const folded = word.text.toLowerCase();
  const found = names.filter(([name]) => name.toLowerCase().startsWith(folded));
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    reporter.report('ambiguous-icmp-type', { text: word.text, first: first[0], second: second[0] }, placeOf(word, reporter));
    return undefined;
  }
  if (first !== undefined) return icmpType(first[1], first[2]);
  const slash = word.text.indexOf('/');
  const type = parseUnsigned(slash < 0 ? word.text : word.text.slice(0, slash), u8);
  const code = slash < 0 ? undefined : parseUnsigned(word.text.slice(slash + 1), u8);
  if (type === undefined || (slash >= 0 && code === undefined)) {
    reporter.report('bad-icmp-type', { text: word.text }, placeOf(word, reporter));
    return undefined;
  }
  return icmpType(type, code);
}

const icmpType = (type: number, code: number | undefined): IcmpType =>
  ({ type, code: code === undefined ? allCodes : { min: code, max: code } });

/** `8`, or `3/4`; a code range that is neither one code nor all of them does not arise. */
export const formatIcmpType = ({ type, code }: IcmpType): string =>
  code.min === 0 && code.max === u8 ? String(type) : `${type}/${code.min}`;
