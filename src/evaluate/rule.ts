import { type Action, type CoreRule, externalMeaning, type Family, type Predicate, type Step, type TableName, type Unknown } from '../ir/index.js';
import { isStateful, leavesOf } from '../ir/predicate.js';
import { ownTuple, type LivePacket } from '../stack/index.js';
import { whyUnknown } from './external-jump.js';
import { holds, type Surroundings } from './predicate.js';
import { unknownFields } from './reading.js';

/** A step whose answer is in the packet and what surrounds it. */
type Plain = Exclude<Step, { readonly kind: 'refuse' }>;

/** A rule made ready: `opaque` where one of its steps, or its action, says what the core has no word for. */
export interface ReadyRule {
  readonly rule: CoreRule;
  readonly steps: readonly Plain[];
  /** Those of them that count connections: a packet that no connection could be of is dropped there. */
  readonly counting: ReadonlySet<Plain>;
  readonly opaque?: {
    readonly unknown: Unknown;
    /** What stands behind the first step that cannot be told. */
    readonly rest: readonly Plain[];
    /** Whichever way it answers, the packet goes on alike. */
    readonly harmless: boolean;
  };
  /** The action's own. */
  readonly refused?: Unknown;
}

export interface RulePlace {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
}

export function ready(rule: CoreRule, { family, table, chain }: RulePlace, knowsSet: (name: string) => boolean): ReadyRule {
  const unknown = (extension: string, reason: string, source = rule.source): Unknown => ({ family, table, chain, rule: rule.position, extension, reason, source });
  const steps: Plain[] = [];
  const rest: Plain[] = [];
  let first: Unknown | undefined;
  for (const step of rule.steps) {
    if (step.kind === 'refuse') {
      first ??= unknown(step.extension, step.reason, step.source);
      continue;
    }
    const missing = unanswered(step.predicate, knowsSet);
    if (missing !== undefined) first ??= unknown(...missing, step.source);
    else (first === undefined ? steps : rest).push(step);
  }
  const refused = refusal(rule.action, unknown);
  const harmless = goesOn(rule.action) && rest.every((step) => step.kind === 'test' && !isStateful(step.predicate));
  const counting = new Set(steps.filter(({ predicate }) => leavesOf(predicate).some((leaf) => leaf.kind === 'external' && leaf.test.kind === 'connlimit')));
  return { rule, steps, counting, ...(first === undefined ? {} : { opaque: { unknown: first, rest, harmless } }), ...(refused === undefined ? {} : { refused }) };
}

function refusal(action: Action, unknown: (extension: string, reason: string) => Unknown): Unknown | undefined {
  if (action.kind === 'refuse') return unknown(action.extension, action.reason);
  const reason = action.kind === 'outside' ? whyUnknown(action.jump) : undefined;
  return action.kind === 'outside' && reason !== undefined ? unknown(externalMeaning(action.jump).name, reason) : undefined;
}

const goesOn = (action: Action): boolean => action.kind === 'continue' || action.kind === 'log' || action.kind === 'nflog';

/** What a predicate asks that has no answer here: an extension and why. */
function unanswered(predicate: Predicate, knowsSet: (name: string) => boolean): readonly [string, string] | undefined {
  for (const leaf of leavesOf(predicate)) {
    if (leaf.kind === 'set' && !knowsSet(leaf.set)) return ['set', `whose set ${leaf.set} nobody gave`];
    if (leaf.kind === 'external' && leaf.test.kind === 'account') return ['nfacct', 'which asks for the quota of an accounting object'];
    if (leaf.kind === 'field' && unknownFields[leaf.field] !== undefined) return [leaf.field, `which hangs on ${unknownFields[leaf.field] ?? ''}`];
  }
  return undefined;
}

/** `dropped` beside `matched`: a late requirement failed. */
export type Match = { readonly kind: 'answer'; readonly matched: boolean; readonly dropped: boolean } | { readonly kind: 'unknown' };

const answer = (matched: boolean, dropped: boolean): Match => ({ kind: 'answer', matched, dropped });

export function match({ steps, counting, opaque }: ReadyRule, packet: LivePacket, around: Surroundings): Match {
  let dropped = false;
  for (const step of steps) {
    if (counting.has(step) && packet.connection === undefined && ownTuple(packet) === undefined) return answer(false, true);
    if (holds(step.predicate, packet, around)) continue;
    if (step.kind === 'test') return answer(false, dropped);
    dropped = true;
    if (step.late !== true) return answer(false, dropped);
  }
  if (opaque === undefined) return answer(true, dropped);
  for (const step of opaque.rest) {
    if (holds(step.predicate, packet, around)) continue;
    // Whether a requirement is asked at all hangs on the unknown test before it.
    return step.kind === 'test' ? answer(false, dropped) : { kind: 'unknown' };
  }
  return { kind: 'unknown' };
}
