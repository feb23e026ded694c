import { isOfSet, type Key, type NamedSet, type Source, type StateTable } from '../../../../src/ir/index.js';
import type { Statement } from '../../ast.js';
import type { RuleContext } from '../context.js';
import { declareDynamic, keyExpression, setNameOf } from '../dynamic.js';
import { constant, type Condition } from '../nodes.js';
import type { LowerExternal } from './index.js';

type Kept = { readonly table: StateTable; readonly key: Key; readonly seconds?: number };

/** The set of `ipset save` that the table carries. */
function givenFor(table: StateTable, { table: { compilation } }: RuleContext): { readonly given?: NamedSet } {
  const given = isOfSet(table) ? compilation.changing.find(({ name }) => name === table.name) : undefined;
  return given === undefined ? {} : { given };
}

function changed(operation: 'add' | 'update' | 'delete', { table, key, seconds }: Kept, negated: boolean, context: RuleContext, source: Source): Condition {
  const set = setNameOf(table);
  declareDynamic(set, key, { timeouts: !table.role.endsWith('ever'), changes: true, shrinks: operation === 'delete', ...givenFor(table, context) }, context, source);
  const statement: Statement = { kind: 'update', operation, set, key: keyExpression(key, context, source, true), ...(seconds === undefined ? {} : { timeout: seconds }) };
  // It always holds, so its opposite never does, but for its effect.
  return negated ? { kind: 'all', parts: [{ kind: 'stateful', statement }, constant(false)] } : { kind: 'stateful', statement };
}

export const remember: LowerExternal<'remember'> = (test, negated, context, source) => changed('update', test, negated, context, source);
export const enter: LowerExternal<'enter'> = (test, negated, context, source) => changed('add', test, negated, context, source);
export const forget: LowerExternal<'forget'> = (test, negated, context, source) => changed('delete', test, negated, context, source);

export const listed: LowerExternal<'listed'> = ({ table, key }, negated, context, source) => {
  const set = setNameOf(table);
  declareDynamic(set, key, { timeouts: !table.role.endsWith('ever'), changes: false, ...givenFor(table, context) }, context, source);
  return { kind: 'stateful', statement: { kind: 'match', left: keyExpression(key, context, source, true), negated, right: { kind: 'set', name: set, dynamic: true } } };
};
