import type { ExternalJump, JumpOf, Source } from '../../../src/ir/index.js';
import type { Expression, NftSynproxy } from '../ast.js';
import type { ListedRule, ListedStatement } from '../read/listed.js';
import { fold } from './reading.js';

const nowhere: Source = { line: 1, column: 1, endColumn: 1 };

/** A jump of iptables that several statements of nft make together. */
const jumped = (jump: ExternalJump): ListedStatement => ({ kind: 'outside', jump });

/** The statements of a rule, those that together are one jump of iptables put into one. */
export function foldExternal(statements: readonly ListedStatement[]): readonly ListedStatement[] {
  const out: ListedStatement[] = [];
  for (const statement of statements) {
    const found = statement.kind === 'synproxy' ? synproxyBehind(out, statement.proxy) : statement.kind === 'set' ? secmarkBehind(out, statement) : undefined;
    if (found === undefined) out.push(statement);
    else out.splice(out.length - found.count, found.count, jumped(found.jump));
  }
  return out;
}

interface Found {
  readonly jump: ExternalJump;
  /** Statements before it that belong to it. */
  readonly count: number;
}

/** Behind a test for SYN alone or ACK alone, without which nft takes more packets for first ones. */
function synproxyBehind(before: readonly ListedStatement[], proxy: NftSynproxy): Found | undefined {
  const test = before.at(-1);
  if (test?.kind !== 'match' || test.negated || test.right.kind !== 'intervals' || test.left.kind !== 'binary' || test.left.operator !== '&') return undefined;
  const { left, right } = test.left;
  const wanted = test.right.intervals.map(({ min, max }) => (min === max ? min : -1n));
  if (left.kind !== 'payload' || left.name !== 'tcp flags' || right !== 0x17n || wanted.length !== 2 || !wanted.includes(2n) || !wanted.includes(16n)) return undefined;
  const { mss, windowScale, timestamp, sackPermitted } = proxy;
  const jump: JumpOf<'synproxy'> = {
    kind: 'synproxy',
    source: nowhere,
    ...(sackPermitted === true ? { sackPermitted } : {}),
    ...(timestamp === true ? { timestamp } : {}),
    ...(windowScale === undefined ? {} : { windowScale }),
    ...(mss === undefined ? {} : { mss }),
  };
  return { jump, count: 1 };
}

/** A security mark is copied where it is missing. */
function secmarkBehind(before: readonly ListedStatement[], { target, value }: Extract<ListedStatement, { readonly kind: 'set' }>): Found | undefined {
  const from = secmarkOf(value);
  const to = target.kind === 'payload' || target.kind === 'tcp-option' ? undefined : secmarkOf(target);
  const last = isUnset(before.at(-1));
  if (from === 'ct' && to === 'meta' && last?.of === 'meta' && !last.negated) return { jump: { kind: 'connsecmark', source: nowhere, operation: 'restore' }, count: 1 };
  const first = isUnset(before.at(-2));
  if (from !== 'meta' || to !== 'ct' || first?.of !== 'ct' || first.negated || last?.of !== 'meta' || !last.negated) return undefined;
  return { jump: { kind: 'connsecmark', source: nowhere, operation: 'save' }, count: 2 };
}

const secmarkOf = (expression: Expression): 'meta' | 'ct' | undefined =>
  (expression.kind === 'meta' || expression.kind === 'ct') && expression.key === 'secmark' ? expression.kind : undefined;

function isUnset(statement: ListedStatement | undefined): { readonly of: 'meta' | 'ct'; readonly negated: boolean } | undefined {
  if (statement?.kind !== 'match' || statement.right.kind !== 'intervals') return undefined;
  const { left, negated, right } = statement;
  const of = secmarkOf(left.kind === 'binary' && left.operator === '&' && left.right === 0xffff_ffffn ? left.left : left);
  const [only, ...more] = right.intervals;
  return of === undefined || more.length > 0 || only?.min !== 0n || only.max !== 0n ? undefined : { of, negated };
}

/** `tproxy to ...`, the mark, `accept`, and a drop right behind it for packets that no socket wants: TPROXY of iptables. */
export function tproxyAt(rules: readonly ListedRule[], at: number): readonly ListedStatement[] | undefined {
  const [rule, next] = [rules[at], rules[at + 1]];
  const start = rule?.statements.findIndex(({ kind }) => kind === 'tproxy') ?? -1;
  const [only, ...more] = next?.statements.filter(({ kind }) => kind !== 'counter') ?? [];
  if (rule === undefined || start < 0 || only?.kind !== 'verdict' || only.verdict !== 'drop' || more.length > 0) return undefined;
  const [proxy, ...rest] = rule.statements.slice(start);
  const last = rest.at(-1);
  const mark = rest.length === 1 ? { value: 0, mask: 0 } : rest.length === 2 ? markedBy(rest[0]) : undefined;
  if (proxy?.kind !== 'tproxy' || last?.kind !== 'verdict' || last.verdict !== 'accept' || mark === undefined) return undefined;
  return [...rule.statements.slice(0, start), jumped({ kind: 'tproxy', source: nowhere, port: proxy.port ?? 0, address: proxy.address ?? 0n, mark })];
}

function markedBy(statement: ListedStatement | undefined): JumpOf<'tproxy'>['mark'] | undefined {
  if (statement?.kind !== 'set' || statement.target.kind !== 'meta' || statement.target.key !== 'mark') return undefined;
  const { value } = statement;
  if (value.kind === 'value') return { value: Number(value.value), mask: 0xffff_ffff };
  const folded = fold(value, 32);
  return folded.base.kind === 'meta' && folded.base.key === 'mark' && folded.shift === 0n ? { value: Number(folded.flip), mask: Number(0xffff_ffffn & ~folded.mask) } : undefined;
}
