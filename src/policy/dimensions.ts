import { ctStates, type CtState, type InterfacePattern, type Interval } from '../ir/index.js';
import { parsePrefix } from '../packet/index.js';
import { protocolNumbers } from '../packet/protocols.js';
import type { YamlNode } from '../packet/yaml.js';
import { shown, type Report } from './say.js';
import { ways, type End, type PacketSet, type Way } from './statement.js';

/** Names of a policy file for interfaces and prefixes. */
export type Zones = ReadonlyMap<string, readonly End[]>;

export const dimensions = ['from', 'to', 'in', 'out', 'protocol', 'source', 'destination', 'sport', 'dport', 'port', 'icmp', 'state', 'hook'] as const;
export type Dimension = (typeof dimensions)[number];

type Prefix = Extract<End, { readonly kind: 'prefix' }>;

/** Reads one dimension: a value, or a list of alternatives. */
export function readDimension(dimension: Dimension, node: YamlNode, zones: Zones, report: Report): PacketSet {
  const values = <T>(wanted: string, read: (text: string) => readonly T[] | undefined): readonly T[] => {
    const items = node.kind === 'sequence' ? node.items : [node];
    if (items.length === 0) report('policy-value', { where: dimension, wanted, text: 'an empty list' }, node.source);
    return items.flatMap((item) => {
      const value = item.kind === 'scalar' ? read(item.text.trim()) : undefined;
      if (value === undefined) report('policy-value', { where: dimension, wanted, text: shown(item) }, item.source);
      return value ?? [];
    });
  };
  switch (dimension) {
    case 'from':
    case 'to':
      return { [dimension]: values('an interface, a prefix, a zone or self', (text) => zones.get(text) ?? endOf(text)) };
    case 'in':
    case 'out':
      return { [dimension]: values('an interface such as eth0 or eth+, or a zone of interfaces', (text) => interfacesIn(zones.get(text)) ?? listOf(patternOf(text))) };
    case 'source':
    case 'destination':
      return { [dimension]: values('a prefix such as 10.0.0.0/8, or a zone of prefixes', (text) => prefixesIn(zones.get(text)) ?? listOf(prefixOf(text))) };
    case 'protocol':
      return { protocol: values('a protocol such as tcp, udp, icmp or a number to 255', (text) => listOf(protocolOf(text))) };
    case 'sport':
    case 'dport':
    case 'port':
      return { [dimension]: values('a port or a range such as 8000-8010', (text) => listOf(rangeOf(text))) };
    case 'icmp':
      return { icmp: values('an ICMP type such as 8, or type and code such as 3/4', (text) => listOf(typeOf(text))) };
    case 'state':
      return stateOf(values(`any of ${ctStates.join(', ')}, or any`, (text) => (/^any$/i.test(text) ? ctStates : listOf(ctStates.find((state): state is CtState => state === text.toUpperCase())))));
    case 'hook':
      return { hook: values(`one of ${ways.join(', ')}`, (text) => listOf(ways.find((way): way is Way => way === text.toUpperCase()))) };
  }
}

const listOf = <T>(value: T | undefined): readonly T[] | undefined => (value === undefined ? undefined : [value]);

const stateOf = (state: readonly CtState[]): PacketSet => ({ state });

function endOf(text: string): readonly End[] | undefined {
  if (text === 'self') return [{ kind: 'self' }];
  const prefix = prefixOf(text);
  if (prefix !== undefined) return [prefix];
  const pattern = /[/:]/.test(text) ? undefined : patternOf(text);
  return pattern === undefined ? undefined : [{ kind: 'interface', pattern }];
}

function prefixOf(text: string): Prefix | undefined {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return undefined;
  return { kind: 'prefix', ...prefix };
}

/** As iptables has it: `eth0`, or `eth+` for every name that begins so. */
function patternOf(text: string): InterfacePattern | undefined {
  const prefix = text.endsWith('+');
  const name = prefix ? text.slice(0, -1) : text;
  if (/[\s/\u0000-\u001f\u007f]/.test(name) || new TextEncoder().encode(name).length > 15 || (name === '' && !prefix)) return undefined;
  return { name, prefix };
}

const interfacesIn = (zone: readonly End[] | undefined): readonly InterfacePattern[] | undefined => {
  const patterns = zone?.flatMap((end) => (end.kind === 'interface' ? [end.pattern] : []));
  return patterns?.length === zone?.length ? patterns : undefined;
};

const prefixesIn = (zone: readonly End[] | undefined): readonly Prefix[] | undefined => {
  const prefixes = zone?.flatMap((end) => (end.kind === 'prefix' ? [end] : []));
  return prefixes?.length === zone?.length ? prefixes : undefined;
};

function protocolOf(text: string): number | undefined {
  const named = Object.hasOwn(protocolNumbers, text.toLowerCase()) ? protocolNumbers[text.toLowerCase()] : undefined;
  return named ?? (/^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined);
}

function rangeOf(text: string): Interval | undefined {
  const parts = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(text);
  if (parts === null) return undefined;
  const [min, max] = [BigInt(parts[1] ?? '0'), BigInt(parts[2] ?? parts[1] ?? '0')];
  return min <= max && max <= 65535n ? { min, max } : undefined;
}

function typeOf(text: string): { readonly type: number; readonly code?: number } | undefined {
  const parts = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text);
  if (parts === null) return undefined;
  const [type, code] = [Number(parts[1]), parts[2] === undefined ? undefined : Number(parts[2])];
  return type > 255 || (code ?? 0) > 255 ? undefined : { type, ...(code === undefined ? {} : { code }) };
}
