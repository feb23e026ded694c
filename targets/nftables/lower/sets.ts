import { beyondParts, type NamedSet, portHeaders, type PredicateOf, type SetDimension, type SetElement, type Source } from '../../../src/ir/index.js';
import { match, single, type Expression, type NftElement, type NftSet, type SetKey, type Statement } from '../ast.js';
import { encodeName } from '../names.js';
import { encodeComments } from '../strings.js';
import { refuse, rest, type RuleContext } from './context.js';
import { address, l4proto, payload } from './fields.js';
import { any, all, constant, direct, fails, type Condition } from './nodes.js';
import { transportBytes } from './presence.js';
import { disjoint } from './set-intervals.js';

/**
 * `-m set`: a lookup in a named set of the table. A lookup that needs a port fails where there is none, and its opposite then holds.
 * Every ipset with ports becomes up to three nft sets, by where the kernel finds the "port": ports, ICMP type and code, nothing.
 */
export function setTest(predicate: PredicateOf<'set'>, negated: boolean, context: RuleContext, source: Source): Condition {
  const { table } = context;
  const set = table.compilation.namedSets.find((one) => one.name === predicate.set);
  if (set === undefined) {
    refuse(context, `the set ${JSON.stringify(predicate.set)}`, 'its type and elements are not known, or SET changes them', 'give the output of `ipset save` with --sets FILE', source);
    return constant(false);
  }
  rest(context, 'sets-as-given', `the set ${JSON.stringify(predicate.set)}`, source);
  const condition = lookup(set, predicate, context, source);
  if (!negated) return condition;
  return needsPort(set, context) ? fails(condition) : opposite(condition);
}

const needsPort = (set: NamedSet, context: RuleContext): boolean =>
  set.dimensions.includes('port') ||
  set.elements.some(({ parts }) => parts.some((part) => part.kind === 'set' && member(part.name, context)?.dimensions.includes('port') === true));

const member = (name: string, context: RuleContext): NamedSet | undefined => context.table.compilation.namedSets.find((one) => one.name === name);

/** Only for lookups that can always read their key. */
function opposite(condition: Condition): Condition {
  switch (condition.kind) {
    case 'constant':
      return constant(!condition.value);
    case 'any':
      return all(condition.parts.map(opposite));
    case 'direct': {
      const [only] = condition.statements;
      if (condition.statements.length === 1 && only?.kind === 'match') return direct({ ...only, negated: !only.negated });
      return fails(condition);
    }
    default:
      return fails(condition);
  }
}

type Sides = readonly ('src' | 'dst')[];

function lookup(set: NamedSet, predicate: PredicateOf<'set'>, context: RuleContext, source: Source): Condition {
  const { dimensions: sides, nomatch } = predicate;
  // A set of the other family never matches; bitmap:port and list:set belong to both.
  const hasAddress = set.dimensions.some((dimension) => dimension === 'ip' || dimension === 'net');
  if (hasAddress && set.family !== context.family) return constant(false);
  if (sides.length < set.dimensions.length && !set.dimensions.includes('set')) return constant(false);
  if (set.dimensions.length === 1 && set.dimensions[0] === 'set') {
    const members = set.elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : [])));
    return any(members.map((name) => {
      const one = member(name, context);
      if (one === undefined) {
        refuse(context, `the set ${JSON.stringify(name)}`, 'it is a member of a list, but its type and elements are not known', 'give all sets with --sets FILE', source);
        return constant(false);
      }
      return lookup(one, predicate, context, source);
    }));
  }
  const beyond = beyondParts(set);
  if (beyond !== undefined) {
    refuse(context, `the set ${JSON.stringify(set.name)}`, beyond, 'a set of nft for each mask, interface or size of network, asked by a rule of its own: `ip saddr & 255.0.255.0 @s`', source);
    return constant(false);
  }
  const iface = set.dimensions.indexOf('iface');
  if (set.dimensions.includes('mac') || set.elements.some(({ parts }) => parts.some((part) => part.kind === 'iface' && part.physdev))) {
    refuse(context, `a set of type ${set.method}:${set.dimensions.join(',')}`, 'it has no counterpart in nft', undefined, source);
    return constant(false);
  }
  if (iface >= 0 && set.elements.some(({ parts }) => parts.some((part) => part.kind === 'iface' && /["\u0000-\u001f\u007f\ud800-\udfff]/u.test(part.name)))) {
    refuse(context, `an interface name in the set ${JSON.stringify(set.name)}`, 'nft has no escape for its bytes', undefined, source);
    return constant(false);
  }
  if (!set.dimensions.includes('port')) {
    const keys = set.dimensions.map((dimension) => keyOf[dimension]);
    const elements = set.elements.map((element) => ({ element, parts: element.parts.map((part) => plainPart(part, set)) }));
    return direct(named(declare(context, set, '', keys, elements, nomatch), keyExpressions(set.dimensions, sides, context, undefined), false));
  }
  return portLookup(set, sides, nomatch, context, source);
}

const keyOf: { readonly [D in SetDimension]: SetKey } = { ip: 'address', net: 'address', port: 'port', mac: 'ether', mark: 'mark', iface: 'ifname', set: 'mark' };

type Part = NftElement['parts'][number];

/** Under `netmask` an address stands for its network. */
function plainPart(part: SetElement['parts'][number], set: NamedSet): Part {
  switch (part.kind) {
    case 'addresses': {
      const host = set.netmask === undefined ? 0n : (1n << BigInt((set.family === 4 ? 32 : 128) - set.netmask)) - 1n;
      return { min: part.min & ~host, max: part.max | host };
    }
    case 'port':
      return { min: BigInt(part.min), max: BigInt(part.max) };
    case 'mac':
      return single(part.address);
    case 'mark':
      return single(part.value);
    case 'iface':
    case 'set':
      return { name: part.name };
  }
}

/**
 * What ipset takes for the port: the ports of TCP, UDP, SCTP and UDP-Lite, type and code of ICMP, and 0 of every other protocol.
 * `bitmap:port` looks at TCP and UDP alone and keeps no protocol.
 */
function portLookup(set: NamedSet, sides: Sides, nomatch: boolean, context: RuleContext, source: Source): Condition {
  const { family } = context;
  const at = set.dimensions.indexOf('port');
  const bare = set.method === 'bitmap';
  const icmp = family === 4 ? 1 : 58;
  const protocolOf = (element: SetElement): number => {
    const part = element.parts[at];
    return part?.kind === 'port' ? part.protocol : 0;
  };
  const group = (protocol: number): 'ports' | 'icmp' | 'other' => (bare || [6, 17, 132, 136].includes(protocol) ? 'ports' : protocol === icmp ? 'icmp' : 'other');
  const alternatives: Condition[] = [];
  for (const kind of ['ports', 'icmp', 'other'] as const) {
    const chosen = set.elements.filter((element) => group(protocolOf(element)) === kind);
    if (chosen.length === 0) continue;
    const keys = set.dimensions.flatMap((dimension): readonly SetKey[] => (dimension !== 'port' ? [keyOf[dimension]] : bare ? ['port'] : kind === 'other' ? ['protocol'] : ['protocol', 'port']));
    const elements = chosen.map((element) => ({
      element,
      parts: element.parts.flatMap((part): readonly Part[] => {
        if (part.kind !== 'port') return [plainPart(part, set)];
        const port = plainPart(part, set);
        return bare ? [port] : kind === 'other' ? [single(part.protocol)] : [single(part.protocol), port];
      }),
    }));
    const name = declare(context, set, kind === 'ports' ? '' : `.${kind}`, keys, elements, nomatch);
    const test = named(name, keyExpressions(set.dimensions, sides, context, { bare, kind }), false);
    if (kind === 'other') {
      if (family === 6) rest(context, 'no-ipv6-authentication-headers', 'a set with protocols in IPv6', source);
      alternatives.push(direct(test));
      continue;
    }
    const protocols = bare ? [6, 17] : [...new Set(chosen.map(protocolOf))];
    // The rule may want one protocol already: nft loses sight of it behind a test of several.
    const possible = protocols.filter((protocol) => context.protocol === undefined || protocol === context.protocol);
    if (possible.length > 0) alternatives.push(...guarded(possible, test, context, source));
  }
  return any(alternatives);
}

/** ipset finds no port in later fragments, nor behind a header that is cut off anywhere. */
function guarded(protocols: readonly number[], test: Statement, context: RuleContext, source: Source): readonly Condition[] {
  const { compilation, reassembles } = context.table;
  const fragments = context.family === 6 ? (reassembles ? 'no-nested-fragments' : 'no-later-fragments') : reassembles ? undefined : 'no-later-fragments';
  if (context.family === 6) rest(context, 'no-ipv6-authentication-headers', 'a set with protocols in IPv6', source);
  const exact = compilation.strict && !(compilation.assume.includes('no-truncated-l4-headers') && (fragments === undefined || compilation.assume.includes(fragments)));
  const wanted = match(l4proto, [...protocols].sort((a, b) => a - b).map(single));
  if (!exact) {
    compilation.used.add('no-truncated-l4-headers');
    if (fragments !== undefined) compilation.used.add(fragments);
    return [direct(wanted, test)];
  }
  return protocols.map((protocol) => all([direct(match(l4proto, [single(protocol)])), transportBytes(portHeaders[protocol] ?? 8), direct(test)]));
}

const named = (set: string, keys: readonly Expression[], negated: boolean): Statement => {
  const [only] = keys;
  return { kind: 'match', left: keys.length === 1 && only !== undefined ? only : { kind: 'concat', parts: keys }, negated, right: { kind: 'set', name: set } };
};

function keyExpressions(dimensions: readonly SetDimension[], sides: Sides, context: RuleContext, ports: { readonly bare: boolean; readonly kind: 'ports' | 'icmp' | 'other' } | undefined): readonly Expression[] {
  return dimensions.flatMap((dimension, index): readonly Expression[] => {
    const side = sides[index] === 'dst' ? 'destination' : 'source';
    switch (dimension) {
      case 'ip':
      case 'net':
        return [address(side, context.family)];
      case 'port': {
        const port = ports?.kind === 'icmp' ? payload('th', 0, 16) : side === 'source' ? payload('th', 0, 16, 'th sport') : payload('th', 16, 16, 'th dport');
        return ports?.bare === true ? [port] : ports?.kind === 'other' ? [l4proto] : [l4proto, port];
      }
      case 'mark':
        return [{ kind: 'meta', key: 'mark' }];
      case 'iface':
        return [{ kind: 'meta', key: side === 'source' ? 'iifname' : 'oifname' }];
      case 'mac':
        return [payload('ll', 48, 48, 'ether saddr')];
      case 'set':
        return [];
    }
  });
}

/** What an element has beside its key. */
export const carriedWith = ({ timeout, comment }: { readonly timeout?: number | undefined; readonly comment?: string | undefined }): Pick<NftElement, 'timeout' | 'comment'> => ({
  ...(timeout === undefined || timeout === 0 ? {} : { timeout }),
  ...(comment === undefined || comment === '' ? {} : { comment: encodeComments([comment])[0] ?? '' }),
});

/** Puts the set into the table, once, and returns its name. */
function declare(context: RuleContext, set: NamedSet, suffix: string, keys: readonly SetKey[], elements: readonly { readonly element: SetElement; readonly parts: readonly Part[] }[], nomatch: boolean): string {
  const { sets } = context.table;
  const name = suffix === '' && !nomatch ? encodeName(set.name) : `_.${encodeName(set.name)}${suffix}${nomatch ? '.nomatch' : ''}`;
  if (sets.has(name)) return name;
  const carried = disjoint(elements.map(({ element, parts }) => ({ parts, nomatch: element.nomatch === true, timeout: element.timeout, comment: element.comment })), nomatch);
  const nft: NftSet = {
    name,
    keys,
    interval: set.dimensions.includes('net') || carried.some(({ parts }) => parts.some((part) => 'min' in part && part.min !== part.max)),
    timeouts: set.timeout !== undefined,
    ...(set.timeout === undefined || set.timeout === 0 ? {} : { timeout: set.timeout }),
    elements: carried.map(({ parts, ...more }) => ({ parts, ...carriedWith(more) })),
  };
  sets.set(name, nft);
  return name;
}
