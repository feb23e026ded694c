import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import type { AnyJumpExtension, AnyMatchExtension, CoreJumpKind, Needs } from '../../grammar/extension.js';
import { builtinChains, type Family, type Hook, type Jump, type Match, type Rule, type TableName } from '../../src/ir/index.js';
import { nowhere } from './draft.js';

/** A rule around one node, in a table and a built-in chain where the kernel takes it. */
export interface Placed {
  readonly table: TableName;
  readonly chain: Hook;
  readonly rule: Rule;
  readonly lossy: boolean;
}

/** Tables with the most room first. */
const tables: readonly TableName[] = ['mangle', 'filter', 'nat', 'raw'];

const isPort = (jump: Jump): boolean =>
  ('to' in jump && 'ports' in jump.to && jump.to.ports !== undefined) || ('ports' in jump && jump.ports !== undefined);

function place(needs: Needs): { readonly table: TableName; readonly chain: Hook } {
  const fits = (hook: Hook): boolean => needs.hooks?.includes(hook) !== false && needs.notHooks?.includes(hook) !== true;
  for (const table of needs.tables ?? tables) {
    const chain = builtinChains[table].find(fits);
    if (chain !== undefined) return { table, chain };
  }
  throw new Error(`nowhere to stand: ${JSON.stringify(needs)}`);
}

const conditions = (protocol: number | undefined) => (protocol === undefined ? {} : { protocol: { value: protocol, negated: false } });

export function placeMatch(match: Match, family: Family): Placed {
  // The extension of the match's own kind.
  const extension = matchExtensions[match.kind] as unknown as AnyMatchExtension;
  const needs = extension.needs?.(match as never, family) ?? {};
  const rule = { source: nowhere, conditions: conditions(needs.protocols?.[0]), matches: [match] };
  return { ...place(needs), rule, lossy: extension.lossy?.(match as never, { family }) !== undefined };
}

export function placeJump(jump: Exclude<Jump, { readonly kind: CoreJumpKind }>, family: Family): Placed {
  const extension = jumpExtensions[jump.kind] as unknown as AnyJumpExtension;
  const needs = extension.needs?.(jump as never, family) ?? {};
  const syn: Match = { kind: 'tcp', source: nowhere, flags: { value: { mask: 2, value: 2 }, negated: false } };
  const protocol = needs.protocols?.[0] ?? (isPort(jump) ? 17 : undefined);
  const rule = { source: nowhere, conditions: conditions(protocol), matches: needs.synMatch === true ? [syn] : [], jump };
  return { ...place(needs), rule, lossy: extension.lossy?.(jump as never, { family }) !== undefined };
}
