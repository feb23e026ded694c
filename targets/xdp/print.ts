import { unreachable } from '../../src/ir/index.js';
import type { CFile, CFunction, Expression, Statement } from './ast.js';
import { outcomes } from './ast.js';

/** The AST as C text. Pure layout: everything that must not be broken out of is numbers and names of our own. */
export function printFile(file: CFile): string {
  const header = ['/*', ...file.header.map((line) => ` * ${safe(line)}`.trimEnd()), ' */'];
  const bits = Object.entries(outcomes).map(([name, value]) => `${name} = ${value}`).join(', ');
  return [
    ...header, ...file.prologue, `enum { ${bits} };`, '',
    ...file.functions.flatMap((part) => [...printFunction(part), '']),
    ...file.epilogue, '',
  ].join('\n');
}

/** Comments keep letters, digits and a few marks; no character of them can end a comment, a line or a string. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9 .,:;()_+=<>-]/g, '_');

function printFunction(part: CFunction): readonly string[] {
  const linkage = part.linkage === 'global' ? 'GLOBAL' : 'INLINE';
  return [
    ...(part.comment === undefined ? [] : [`/* ${safe(part.comment)} */`]),
    `${linkage} int ${part.name}(volatile struct packet *p)`,
    '{',
    ...(part.linkage === 'global' ? ['\tif (!p)', '\t\treturn PASSED;'] : []),
    ...printAll(part.body, 1, false),
    '}',
  ];
}

const printAll = (statements: readonly Statement[], depth: number, inScope: boolean): readonly string[] =>
  statements.flatMap((statement) => printStatement(statement, depth, inScope));

function printStatement(statement: Statement, depth: number, inScope: boolean): readonly string[] {
  const tab = '\t'.repeat(depth);
  switch (statement.kind) {
    case 'if':
      return [
        `${tab}if (${printExpression(statement.condition, 'free')}) {`,
        ...printAll(statement.then, depth + 1, inScope),
        ...(statement.otherwise === undefined ? [] : [`${tab}} else {`, ...printAll(statement.otherwise, depth + 1, inScope)]),
        `${tab}}`,
      ];
    case 'return':
      return [`${tab}return ${printExpression(statement.value, 'free')};`];
    case 'declare':
      return [`${tab}int ${statement.name} = ${printExpression(statement.value, 'free')};`];
    case 'assign':
      return [`${tab}${printExpression(statement.to, 'tight')} ${statement.operator} ${printExpression(statement.value, 'free')};`];
    case 'scope':
      return [`${tab}do {`, ...printAll(statement.body, depth + 1, true), `${tab}} while (0);`];
    case 'leave':
      return [inScope ? `${tab}break;` : `${tab}return result;`];
    case 'comment':
      return [`${tab}/* ${safe(statement.text)} */`];
    default:
      return unreachable(statement);
  }
}

/** `free`: stands alone; `logic`: an operand of && or ||; `tight`: an operand of anything else. */
type Position = 'free' | 'logic' | 'tight';

function printExpression(expression: Expression, position: Position): string {
  const wrap = (text: string, bare: readonly Position[]): string => (bare.includes(position) ? text : `(${text})`);
  switch (expression.kind) {
    case 'truth':
      return expression.value ? '1' : '0';
    case 'number':
      return expression.value > 0xffffffffn ? `0x${expression.value.toString(16)}ull` : expression.value < 0x10000n ? `${expression.value}u` : `0x${expression.value.toString(16)}u`;
    case 'outcome':
      return expression.outcome;
    case 'variable':
      return expression.name;
    case 'member':
      return `p->${expression.member}${expression.index === undefined ? '' : `[${expression.index}]`}`;
    case 'call':
      return `${expression.name}(${['p', ...expression.behind.map((value) => printExpression(value, 'free'))].join(', ')})`;
    case 'arithmetic':
      return wrap(`${printExpression(expression.left, 'tight')} ${expression.operator} ${printExpression(expression.right, 'tight')}`, ['free']);
    case 'compare':
      return wrap(`${printExpression(expression.left, 'tight')} ${expression.operator} ${printExpression(expression.right, 'tight')}`, ['free', 'logic']);
    case 'all':
    case 'any':
      return wrap(expression.operands.map((operand) => printExpression(operand, 'logic')).join(expression.kind === 'all' ? ' && ' : ' || '), ['free']);
    case 'not':
      return `!${printExpression(expression.operand, 'tight')}`;
    default:
      return unreachable(expression);
  }
}
