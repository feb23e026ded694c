import { unreachable } from '../../src/ir/index.js';
import type { CFunction, Expression, PacketMember, Statement } from './ast.js';

/** Whether any of these functions reads one of the members. */
export const uses = (functions: readonly CFunction[], members: readonly PacketMember[]): boolean =>
  functions.some((part) => part.body.some((statement) => inStatement(statement, members)));

function inStatement(statement: Statement, members: readonly PacketMember[]): boolean {
  const inside = (expression: Expression): boolean => inExpression(expression, members);
  const within = (statements: readonly Statement[]): boolean => statements.some((inner) => inStatement(inner, members));
  switch (statement.kind) {
    case 'if':
      return inside(statement.condition) || within(statement.then) || within(statement.otherwise ?? []);
    case 'return':
    case 'declare':
    case 'assign':
      return inside(statement.value);
    case 'scope':
      return within(statement.body);
    case 'leave':
    case 'comment':
      return false;
    default:
      return unreachable(statement);
  }
}

function inExpression(expression: Expression, members: readonly PacketMember[]): boolean {
  switch (expression.kind) {
    case 'member':
      return members.includes(expression.member);
    case 'arithmetic':
    case 'compare':
      return inExpression(expression.left, members) || inExpression(expression.right, members);
    case 'all':
    case 'any':
      return expression.operands.some((operand) => inExpression(operand, members));
    case 'not':
      return inExpression(expression.operand, members);
    case 'truth': case 'number': case 'outcome': case 'variable': case 'call':
      return false;
    default:
      return unreachable(expression);
  }
}
