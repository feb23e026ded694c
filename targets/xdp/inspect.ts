import { unreachable } from '../../src/ir/index.js';
import type { CFunction, Expression, PacketMember, Statement } from './ast.js';
import { when } from './build.js';

/** Whether any of these functions reads one of the members. */
export const uses = (functions: readonly CFunction[], members: readonly PacketMember[]): boolean =>
  functions.some((part) => anyIn(part.body, false, (node) => node.kind === 'member' && members.includes(node.member)));

/** Whether a function ever reads its `result`; a `leave` of the function itself returns it. Adding to it is no reading. */
const readsResult = (body: readonly Statement[]): boolean =>
  anyIn(body, false, (node, inScope) => isResult(node) || (node.kind === 'leave' && !inScope));

const isResult = (node: Statement | Expression): boolean => node.kind === 'variable' && node.name === 'result';

/** A function's body behind the declaration of its `result`; without both where no path ever asks for it. */
export function withResult(body: readonly Statement[], declaration: Statement): readonly Statement[] {
  return readsResult(body) ? [declaration, ...body] : body.flatMap(unread);
}

function unread(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'assign':
      return isResult(statement.to) ? [] : [statement];
    case 'if':
      return when(statement.condition, statement.then.flatMap(unread), (statement.otherwise ?? []).flatMap(unread));
    case 'scope':
      return [{ ...statement, body: statement.body.flatMap(unread) }];
    case 'return': case 'declare': case 'leave': case 'comment':
      return [statement];
    default:
      return unreachable(statement);
  }
}

type Ask = (node: Statement | Expression, inScope: boolean) => boolean;

const anyIn = (statements: readonly Statement[], inScope: boolean, ask: Ask): boolean => statements.some((statement) => inStatement(statement, inScope, ask));

function inStatement(statement: Statement, inScope: boolean, ask: Ask): boolean {
  if (ask(statement, inScope)) return true;
  switch (statement.kind) {
    case 'if':
      return inExpression(statement.condition, inScope, ask) || anyIn(statement.then, inScope, ask) || anyIn(statement.otherwise ?? [], inScope, ask);
    case 'return':
    case 'declare':
      return inExpression(statement.value, inScope, ask);
    case 'assign':
      return (statement.to.kind !== 'variable' && inExpression(statement.to, inScope, ask)) || inExpression(statement.value, inScope, ask);
    case 'scope':
      return anyIn(statement.body, true, ask);
    case 'leave':
    case 'comment':
      return false;
    default:
      return unreachable(statement);
  }
}

function inExpression(expression: Expression, inScope: boolean, ask: Ask): boolean {
  if (ask(expression, inScope)) return true;
  switch (expression.kind) {
    case 'arithmetic':
    case 'compare':
      return inExpression(expression.left, inScope, ask) || inExpression(expression.right, inScope, ask);
    case 'all':
    case 'any':
      return expression.operands.some((operand) => inExpression(operand, inScope, ask));
    case 'not':
      return inExpression(expression.operand, inScope, ask);
    case 'call':
      return expression.behind.some((value) => inExpression(value, inScope, ask));
    case 'member': case 'truth': case 'number': case 'outcome': case 'variable':
      return false;
    default:
      return unreachable(expression);
  }
}
