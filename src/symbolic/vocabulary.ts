import { type Action, type AddressType, type CoreRuleset, externalKey, externalMeaning, type ExternalTest, type Field, type InterfacePattern, type Predicate, type Presence, reassembles, unreachable } from '../ir/index.js';
import { leavesOf, type PredicateLeaf } from '../ir/predicate.js';

/**
 * What the rules of both sides speak of: the questions that become variables. Collected over all rule sets of one comparison, so
 * that both sides mean the same thing by a variable.
 */
export interface Vocabulary {
  readonly fields: ReadonlySet<Field>;
  readonly patterns: { readonly in: readonly InterfacePattern[]; readonly out: readonly InterfacePattern[] };
  /** Header lengths that some rule asks for, ascending. */
  readonly transportBytes: readonly number[];
  /** Keys of yes/no questions that have no field: see `opaqueKey`. */
  readonly opaque: readonly string[];
  /** Keys of routing lookups, each with twelve answers. */
  readonly addressTypes: readonly string[];
  /** What no field answers. */
  readonly externals: readonly ExternalTest[];
}

type OpaquePredicate = Extract<Predicate, { readonly kind: 'present' | 'set' | 'tcp-option' | 'sctp-chunks' }>;

/** One name for one question, whatever rule asks it. */
export function opaqueKey(predicate: OpaquePredicate): string {
  switch (predicate.kind) {
    case 'present':
      return `present ${JSON.stringify({ ...predicate.what, laterFragments: undefined })}`;
    case 'set':
      return `set ${predicate.set} ${predicate.dimensions.join(',')}${predicate.nomatch ? ' nomatch' : ''}`;
    case 'tcp-option':
      return `tcp-option ${predicate.option}`;
    case 'sctp-chunks':
      return `sctp-chunks ${JSON.stringify([predicate.scope, predicate.chunks])}`;
  }
}

/** Whether it is a question after a set. */
export const asksSet = (key: string): boolean => key.startsWith('set ');

/** The questions after an extension header that some rule asks. */
export const extensionsAsked = ({ opaque }: Vocabulary): readonly Extract<Presence, { readonly kind: 'extension' }>[] =>
  opaque.filter((key) => key.startsWith('present {"kind":"extension",')).map((key) => JSON.parse(key.slice('present '.length)));

export const addressTypeKey = (address: 'source' | 'destination', via: 'in' | 'out' | undefined): string => `${address}${via === undefined ? '' : ` via ${via}`}`;

/** The routing types in the order their codes are numbered. */
export const addressTypeCodes: readonly AddressType[] = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

export function vocabularyOf(rulesets: readonly CoreRuleset[]): Vocabulary {
  const fields = new Set<Field>();
  const inPatterns = new Map<string, InterfacePattern>();
  const outPatterns = new Map<string, InterfacePattern>();
  const bytes = new Set<number>();
  const opaque = new Set<string>();
  const addressTypes = new Set<string>();
  const externals = new Map<string, ExternalTest>();

  const visit = (predicate: PredicateLeaf): void => {
    switch (predicate.kind) {
      case 'constant':
      case 'ct-state':
      // These have variables by the rule in which they stand.
      case 'limit':
      case 'random':
      case 'nth':
        return;
      case 'external':
        externals.set(externalKey(predicate.test), predicate.test);
        return;
      case 'field':
        fields.add(predicate.field);
        return;
      case 'interface':
        (predicate.direction === 'in' ? inPatterns : outPatterns).set(JSON.stringify([predicate.pattern.name, predicate.pattern.prefix]), predicate.pattern);
        return;
      case 'address-type':
        addressTypes.add(addressTypeKey(predicate.address, predicate.via));
        return;
      case 'tcp-mss':
        opaque.add('mss');
        return;
      case 'present':
        if (predicate.what.kind === 'transport') bytes.add(predicate.what.bytes);
        else if (predicate.what.kind !== 'connection') opaque.add(opaqueKey(predicate));
        return;
      case 'set':
        opaque.add(opaqueKey(predicate));
        return;
      case 'tcp-option':
      case 'sctp-chunks':
        opaque.add(opaqueKey(predicate));
        return;
      default:
        unreachable(predicate);
    }
  };

  // Where one side puts fragments together and the other does not, they matter.
  if (new Set(rulesets.map(reassembles)).size > 1) fields.add('ip.fragment-offset');
  for (const ruleset of rulesets) {
    for (const table of ruleset.tables) {
      // Which packets visit the nat chains depends on it.
      if (table.name === 'nat' && ruleset.tracking && table.chains.some(({ rules }) => rules.length > 0)) fields.add('ip.protocol');
      for (const chain of table.chains) {
        for (const rule of chain.rules) {
          for (const step of rule.steps) if (step.kind !== 'refuse') leavesOf(step.predicate).forEach(visit);
          for (const field of touched(rule.action)) fields.add(field);
        }
      }
    }
  }
  return {
    fields,
    patterns: { in: [...inPatterns.values()], out: [...outPatterns.values()] },
    transportBytes: [...bytes].sort((a, b) => a - b),
    opaque: [...opaque].sort(),
    addressTypes: [...addressTypes].sort(),
    externals: [...externals.values()],
  };
}

/** Fields that an action reads or writes. */
function touched(action: Action): readonly Field[] {
  switch (action.kind) {
    case 'assign':
      return action.value.kind === 'copy' ? [action.to, action.value.from] : [action.to];
    case 'outside': {
      const { writes = [], end } = externalMeaning(action.jump);
      const written = writes.flatMap((field) => (field === 'header' ? [] : [field]));
      if (end?.kind === 'asked') return [...written, ...(end.mark === undefined ? [] : (['packet.mark'] as const))];
      return [...written, ...(end === undefined ? [] : leavesOf(end.when).flatMap((leaf) => (leaf.kind === 'field' ? [leaf.field] : [])))];
    }
    case 'refuse':
      return action.writes === undefined || action.writes === 'header' ? [] : [action.writes];
    case 'nat': {
      const { nat } = action;
      const side = nat.kind === 'snat' || nat.kind === 'masquerade' ? ['source'] as const : nat.kind === 'netmap' ? ['source', 'destination'] as const : ['destination'] as const;
      const ports = nat.kind === 'netmap' ? undefined : 'to' in nat ? nat.to.ports : nat.ports;
      return side.flatMap((one): readonly Field[] => [`ip.${one}`, ...(ports === undefined ? [] : [`transport.${one}-port` as const])]);
    }
    default:
      return [];
  }
}
