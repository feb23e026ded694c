import { type AddressType, type CoreRuleset, type Field, type InterfacePattern, type Predicate, type Step, unreachable } from '../ir/index.js';

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
}

type OpaquePredicate = Extract<Predicate, { readonly kind: 'present' | 'set' | 'tcp-option' | 'sctp-chunks' | 'limit' | 'random' | 'nth' }>;

/** One name for one question, whatever rule asks it. */
export function opaqueKey(predicate: OpaquePredicate): string {
  switch (predicate.kind) {
    case 'present':
      return `present ${JSON.stringify({ ...predicate.what, evenInLaterFragments: undefined })}`;
    case 'set':
      return `set ${predicate.set} ${predicate.dimensions.join(',')}${predicate.nomatch ? ' nomatch' : ''}`;
    case 'tcp-option':
      return `tcp-option ${predicate.option}`;
    case 'sctp-chunks':
      return `sctp-chunks ${JSON.stringify([predicate.scope, predicate.chunks])}`;
    case 'limit':
    case 'random':
    case 'nth':
      return `${predicate.kind} ${predicate.identity}`;
  }
}

/** A test that the core has no predicate for is a question by its text. */
export const refusedKey = (step: Extract<Step, { readonly kind: 'refuse' }>): string => `refused ${step.identity ?? step.extension}`;

export const addressTypeKey = (address: 'source' | 'destination', via: 'in' | 'out' | undefined): string => `${address}${via === undefined ? '' : ` via ${via}`}`;

/** The routing types in the order their codes are numbered. */
export const addressTypeCodes: readonly AddressType[] = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

export function vocabularyOf(rulesets: readonly CoreRuleset[], isKnownSet: (name: string) => boolean): Vocabulary {
  const fields = new Set<Field>();
  const inPatterns = new Map<string, InterfacePattern>();
  const outPatterns = new Map<string, InterfacePattern>();
  const bytes = new Set<number>();
  const opaque = new Set<string>();
  const addressTypes = new Set<string>();

  const visit = (predicate: Predicate): void => {
    switch (predicate.kind) {
      case 'constant':
      case 'ct-state':
        return;
      case 'and':
      case 'or':
        predicate.operands.forEach(visit);
        return;
      case 'not':
        visit(predicate.operand);
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
        if (!isKnownSet(predicate.set)) opaque.add(opaqueKey(predicate));
        return;
      case 'tcp-option':
      case 'sctp-chunks':
      case 'limit':
      case 'random':
      case 'nth':
        opaque.add(opaqueKey(predicate));
        return;
      default:
        unreachable(predicate);
    }
  };

  for (const ruleset of rulesets) {
    for (const table of ruleset.tables) {
      for (const chain of table.chains) {
        for (const rule of chain.rules) {
          for (const step of rule.steps) {
            if (step.kind === 'refuse') opaque.add(refusedKey(step));
            else visit(step.predicate);
          }
          if (rule.action.kind === 'assign') {
            if (rule.action.to === 'packet.mark' || rule.action.to === 'ct.mark') fields.add(rule.action.to);
          }
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
  };
}
