import type { Comparison, Expression, Outcome, PacketMember, Statement } from './ast.js';

/** Constructors that fold constants, so that what is decided at compile time leaves no code. */
export const truth = (value: boolean): Expression => ({ kind: 'truth', value });
export const yes = truth(true);
export const no = truth(false);

export const isTrue = (expression: Expression): boolean => expression.kind === 'truth' && expression.value;
export const isFalse = (expression: Expression): boolean => expression.kind === 'truth' && !expression.value;

export const number = (value: bigint | number): Expression => ({ kind: 'number', value: BigInt(value) });
export const outcome = (name: Outcome): Expression => ({ kind: 'outcome', outcome: name });
export const variable = (name: string): Expression => ({ kind: 'variable', name });
export const call = (name: string, ...behind: readonly Expression[]): Expression => ({ kind: 'call', name, behind });
export const member = (name: PacketMember, index?: number): Expression => ({ kind: 'member', member: name, ...(index === undefined ? {} : { index }) });

export const and = (left: Expression, right: Expression): Expression => ({ kind: 'arithmetic', operator: '&', left, right });
export const minus = (left: Expression, right: Expression): Expression => ({ kind: 'arithmetic', operator: '-', left, right });
export const plus = (left: Expression, right: Expression): Expression => ({ kind: 'arithmetic', operator: '+', left, right });
export const shiftRight = (left: Expression, bits: number): Expression =>
  bits === 0 ? left : { kind: 'arithmetic', operator: '>>', left, right: number(bits) };

export const compare = (left: Expression, operator: Comparison, right: Expression): Expression => ({ kind: 'compare', operator, left, right });
export const has = (left: Expression, bit: Outcome): Expression => compare(and(left, outcome(bit)), '!=', number(0));

export function all(operands: readonly Expression[]): Expression {
  if (operands.some(isFalse)) return no;
  const rest = operands.flatMap((operand) => (isTrue(operand) ? [] : operand.kind === 'all' ? operand.operands : [operand]));
  return rest.length === 1 && rest[0] !== undefined ? rest[0] : rest.length === 0 ? yes : { kind: 'all', operands: rest };
}

export function any(operands: readonly Expression[]): Expression {
  if (operands.some(isTrue)) return yes;
  const rest = operands.flatMap((operand) => (isFalse(operand) ? [] : operand.kind === 'any' ? operand.operands : [operand]));
  return rest.length === 1 && rest[0] !== undefined ? rest[0] : rest.length === 0 ? no : { kind: 'any', operands: rest };
}

const opposite: { readonly [K in Comparison]: Comparison } = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };

export function not(operand: Expression): Expression {
  if (operand.kind === 'truth') return truth(!operand.value);
  if (operand.kind === 'not') return operand.operand;
  if (operand.kind === 'compare') return { ...operand, operator: opposite[operand.operator] };
  return { kind: 'not', operand };
}

/** An `if` that vanishes when its condition is decided. */
export function when(condition: Expression, then: readonly Statement[], otherwise: readonly Statement[] = []): readonly Statement[] {
  if (isTrue(condition)) return then;
  if (isFalse(condition)) return otherwise;
  if (then.length === 0 && otherwise.length === 0) return [];
  if (then.length === 0) return when(not(condition), otherwise);
  const [inner] = then;
  if (otherwise.length === 0 && then.length === 1 && inner?.kind === 'if' && inner.otherwise === undefined) {
    return [{ kind: 'if', condition: all([condition, inner.condition]), then: inner.then }];
  }
  return [{ kind: 'if', condition, then, ...(otherwise.length === 0 ? {} : { otherwise }) }];
}

/** How much code an expression or statement becomes, in tests and statements. */
export function weight(node: Expression | Statement): number {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.operands.reduce((sum, operand) => sum + weight(operand), 0);
    case 'not':
      return weight(node.operand);
    case 'if':
      return weight(node.condition) + weigh(node.then) + weigh(node.otherwise ?? []);
    case 'scope':
      return weigh(node.body);
    case 'comment':
      return 0;
    case 'truth': case 'number': case 'outcome': case 'variable': case 'member': case 'call': case 'arithmetic': case 'compare':
    case 'return': case 'declare': case 'assign': case 'leave':
      return 1;
  }
}

export const weigh = (statements: readonly Statement[]): number => statements.reduce((sum, statement) => sum + weight(statement), 0);
