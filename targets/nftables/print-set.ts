import type { Family } from '../../src/ir/index.js';
import type { NftElement, NftSet, SetKey } from './ast.js';
import { interfaceText, printInterval } from './print-value.js';
import type { ValueType } from './types.js';

export const setKeyType = (key: SetKey, family: Family): string =>
  ({ address: family === 4 ? 'ipv4_addr' : 'ipv6_addr', protocol: 'inet_proto', port: 'inet_service', mark: 'mark', ifname: 'ifname', ether: 'ether_addr' })[key];

export const setKeyValue: { readonly [K in SetKey]: ValueType } = { address: 'address', protocol: 'protocol', port: 'port', mark: 'hex', ifname: 'interface', ether: 'ethernet' };

/** `dynamic` stands in text alone: nft 1.0.6 does not know it in JSON, where a rule that adds elements makes a set dynamic. */
export const setFlags = (set: NftSet): readonly string[] => [...(set.interval ? ['interval'] : []), ...(set.timeouts ? ['timeout'] : [])];

export function printSet(set: NftSet, family: Family): string {
  const flags = [...(set.dynamic === true ? ['dynamic'] : []), ...setFlags(set)];
  const lines = [
    `type ${set.keys.map((key) => setKeyType(key, family)).join(' . ')}`,
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...(flags.length > 0 ? [`flags ${flags.join(', ')}`] : []),
    ...(set.timeout === undefined ? [] : [`timeout ${set.timeout}s`]),
    ...(set.comment === undefined ? [] : [`comment "${set.comment}"`]),
    ...(set.elements.length > 0 ? [`elements = {\n${set.elements.map((element) => `\t\t\t${printElement(element, set.keys, family)}`).join(',\n')}\n\t\t}`] : []),
  ];
  return `\tset ${set.name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}`;
}

function printElement(element: NftElement, keys: readonly SetKey[], family: Family): string {
  const parts = element.parts.map((part, index) => {
    const key = keys[index] ?? 'mark';
    return 'name' in part ? `"${interfaceText(part.name, false)}"` : printInterval(part, setKeyValue[key], family, false);
  });
  return [
    parts.join(' . '),
    ...(element.timeout === undefined ? [] : [`timeout ${element.timeout}s`]),
    ...(element.comment === undefined ? [] : [`comment "${element.comment}"`]),
  ].join(' ');
}
