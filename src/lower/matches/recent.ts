import type { AssumptionId, Key, Predicate, RecentMatch } from '../../ir/index.js';
import type { LowerMatch, MatchContext } from '../context.js';
import { negatedIf, never } from '../predicates.js';
import { checks, forgets, type RecentTables, records, tablesOf } from '../recent.js';
import { refuse, testUnder } from '../steps.js';

export const recent: LowerMatch<'recent'> = (match, context) => {
  const { action: { value: action, negated }, source, name } = match;
  const tables = tablesOf(match, context);
  if (tables === undefined) return [refuse('recent', `rules give the list ${JSON.stringify(name)} several masks, and the first decides for all`, source, 'give each mask a list of its own')];
  if (negated && (action === 'update' || action === 'remove')) return [refuse('recent', `nft cannot change a list where ! --${action} holds`, source, `ask with ! --rcheck, and let --${action} follow in a rule of its own`)];
  const key: Key = [{ field: match.address === 'source' ? 'ip.source' : 'ip.destination', mask: match.mask }];
  const conditions: readonly AssumptionId[] = [...(tables.approximate ? (['recent-approximate'] as const) : []), ...(tables.fed ? [] : (['lists-from-rules'] as const))];
  return predicatesOf(match, key, tables, context).map((predicate) => testUnder(predicate, source, 'recent', conditions));
};

function predicatesOf({ action: { value: action, negated }, seconds, hitcount }: RecentMatch, key: Key, tables: RecentTables, { rule }: MatchContext): readonly Predicate[] {
  const record = records(tables, key);
  switch (action) {
    case 'set':
      return negated ? [...record, never] : record;
    case 'rcheck':
      return [negatedIf(negated, checks(tables, { seconds, hitcount }, key))];
    case 'update':
      return [checks(tables, { seconds, hitcount }, key), ...record];
    case 'remove':
      return [...(rule === undefined || tables.asksRemoved(rule) ? [checks(tables, {}, key)] : []), ...forgets(tables, key)];
  }
}
