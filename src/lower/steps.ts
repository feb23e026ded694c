import type { AssumptionId, BpfInstruction, ExtensionHeader, ExternalTest, Predicate, Source, Step } from '../ir/index.js';
import { present } from '../ir/predicate.js';
import type { MatchContext } from './context.js';
import { equals, not } from './predicates.js';

export { present } from '../ir/predicate.js';

export const test = (predicate: Predicate, source: Source, assumption?: AssumptionId): Step => ({
  kind: 'test',
  predicate,
  source,
  ...(assumption === undefined ? {} : { assumption }),
});

/** A test that says what the input does only under these conditions. */
export const testUnder = (predicate: Predicate, source: Source, extension: string, assumptions: readonly AssumptionId[]): Step =>
  ({ kind: 'test', predicate, source, ...(assumptions.length === 0 ? {} : { exactUnder: { extension, assumptions } }) });

export const require = (predicate: Predicate, source: Source, assumption: AssumptionId): Step => ({ kind: 'require', predicate, source, assumption });

export const external = (asked: ExternalTest): Predicate => ({ kind: 'external', test: asked });

/** A program over the packet, and what it says in fields and bytes where that is known. */
export const runs = (instructions: readonly BpfInstruction[], spelled: Predicate | undefined): Predicate => external({ kind: 'program', instructions, ...(spelled === undefined ? {} : { spelled }) });

/** The test means what follows only on hosts of which the assumption is true. */
export const setting = (assumption: AssumptionId, source: Source): Step => test(external({ kind: 'setting', assumption }), source, assumption);

export const refuse = (extension: string, reason: string, source: Source, hint?: string): Step => ({
  kind: 'refuse',
  extension,
  reason,
  source,
  ...(hint === undefined ? {} : { hint }),
});


/** Most matches that read a transport header never match a later fragment, plain or inverted. */
export function notLaterFragment(context: MatchContext, source: Source): readonly Step[] {
  if (context.laterFragments === undefined) return [];
  return [test(equals(context.family, 'ip.fragment-offset', 0), source, context.laterFragments)];
}

/** TCP alone: a fragment that would overwrite the flags is dropped (IPv4; IPv6 counts its offset in bytes and never sees a 1). */
export function notFlagOverwrite(context: MatchContext, source: Source): readonly Step[] {
  if (context.laterFragments === undefined || context.family === 6) return [];
  return [require(not(equals(context.family, 'ip.fragment-offset', 1)), source, context.laterFragments)];
}

/** The whole transport header or the packet is dropped. */
export const wholeHeader = (bytes: number, source: Source): Step => require(present({ kind: 'transport', bytes }), source, 'no-truncated-l4-headers');

/** What nearly every transport match of xtables begins with. */
export const transportHeader = (bytes: number, context: MatchContext, source: Source): readonly Step[] => [
  ...notLaterFragment(context, source),
  wholeHeader(bytes, source),
];

/** Marks a presence that no fragment test guards. */
export const unguarded = (context: MatchContext): { readonly laterFragments?: 'no-later-fragments' | 'no-nested-fragments' } =>
  context.laterFragments === undefined ? {} : { laterFragments: context.laterFragments };

/** An IPv6 extension header is among those of the packet, or no match; where the walk to it breaks the packet is dropped. */
export const extensionThere = (header: ExtensionHeader, source: Source): readonly Step[] => [
  require(present({ kind: 'extension-walk', header }), source, 'no-broken-ipv6-extension-headers'),
  test(present({ kind: 'extension', header }), source),
];
