import { addressBits, type Family } from '../../../src/ir/index.js';
import type { Payload } from '../ast.js';
import type { ListedStatement, Opaque } from './listed.js';

/**
 * What the rule of a listing is in the kernel, where nft 1.0.6 prints something that reads otherwise (measured with
 * `nft --debug=netlink list ruleset`):
 *
 * - `tcp sport != 53 tcp dport != 53` is one comparison of both ports: "not both 53". nft makes it of every two `!=` on neighbouring
 *   whole bytes, four at most, between two other statements.
 * - `ip dscp != cs0 ip ecn != not-ect` may be that too, of one byte, or two comparisons: the listing does not tell.
 * - `tcp option maxseg missing` may have a test for TCP before it, which is left out of the listing, or none.
 * - `ct reply saddr 10.0.0.0/8` is listed as `ct reply saddr 0.0.0.10`, as the address itself is.
 *
 * What the listing does not tell is opaque. A script says what it means, but for the first, which nft does as it loads it.
 */
export function asLoaded(statements: readonly ListedStatement[], form: Form, family: Family): readonly ListedStatement[] {
  const out: ListedStatement[] = [];
  let run: ListedStatement[] = [];
  const close = (): void => {
    out.push(...merged(run, form));
    run = [];
  };
  for (const statement of statements) {
    if (statement.kind === 'match' || statement.kind === 'exists' || statement.kind === 'compare') run.push(statement);
    else {
      close();
      out.push(statement);
    }
  }
  close();
  return form === 'listing' ? withoutLostProtocol(out).map((statement) => withoutLostPrefix(statement, family)) : out;
}

/** A whole number of an address's bytes is listed as a number: it has none at its front then. */
function withoutLostPrefix(statement: ListedStatement, family: Family): ListedStatement {
  if (statement.kind !== 'match' || statement.left.kind !== 'ct' || (statement.left.key !== 'saddr' && statement.left.key !== 'daddr') || statement.right.kind !== 'intervals') return statement;
  const { left: { key, direction = '' }, negated, right } = statement;
  const [only, ...more] = right.intervals;
  if (only === undefined || more.length > 0 || only.min !== only.max || only.min >> BigInt(addressBits(family) - 8) !== 0n) return statement;
  return { kind: 'opaque', role: 'test', untold: true, tracks: true, identity: `nft ct ${direction} ${key} ${negated ? '!= ' : ''}${only.min} (an address or a prefix: the listing does not tell)` };
}

/** `listing`: nft printed it. `script`: it is still to be loaded. */
export type Form = 'listing' | 'script';

interface Inequality {
  readonly at: number;
  readonly payload: Payload;
  readonly value: bigint;
}

function inequality(statement: ListedStatement, at: number): Inequality | undefined {
  if (statement.kind !== 'match' || !statement.negated || statement.left.kind !== 'payload' || statement.right.kind !== 'intervals') return undefined;
  const [only, ...more] = statement.right.intervals;
  // A range of one value is printed as a range, and never merged.
  if (only === undefined || more.length > 0 || only.min !== only.max || statement.ranged === true) return undefined;
  return { at, payload: statement.left, value: only.min };
}

function merged(run: readonly ListedStatement[], form: Form): readonly ListedStatement[] {
  const unequal = run.flatMap((statement, at) => inequality(statement, at) ?? []).sort((a, b) => a.payload.base.localeCompare(b.payload.base) || a.payload.offset - b.payload.offset);
  const replaced = new Map<number, readonly ListedStatement[]>();
  let open: Inequality | undefined;
  for (const next of unequal) {
    const joined = open === undefined || !adjacent(open.payload, next.payload) ? undefined : join(open, next, form);
    if (open === undefined || joined === undefined) {
      open = next;
      continue;
    }
    const first = Math.min(open.at, next.at);
    replaced.set(open.at, []);
    replaced.set(next.at, []);
    replaced.set(first, [joined.kind === 'opaque' ? joined : { kind: 'match', left: joined.payload, negated: true, right: { kind: 'intervals', intervals: [{ min: joined.value, max: joined.value }] } }]);
    open = joined.kind === 'opaque' ? undefined : { at: first, payload: joined.payload, value: joined.value };
  }
  return run.flatMap((statement, at) => replaced.get(at) ?? [statement]);
}

const adjacent = (a: Payload, b: Payload): boolean => a.base === b.base && a.protocol === b.protocol && a.offset + a.bits === b.offset;
const wholeBytes = ({ offset, bits }: Payload): boolean => offset % 8 === 0 && bits % 8 === 0;

function join(a: Inequality, b: Inequality, form: Form): Opaque | { readonly kind: 'joined'; readonly payload: Payload; readonly value: bigint } | undefined {
  const bits = a.payload.bits + b.payload.bits;
  if (wholeBytes(a.payload) && wholeBytes(b.payload)) {
    if (bits > 32) return undefined;
    const { base, offset, protocol } = a.payload;
    return { kind: 'joined', payload: { kind: 'payload', base, offset, bits, ...(protocol === undefined ? {} : { protocol }) }, value: (a.value << BigInt(b.payload.bits)) | b.value };
  }
  if (form === 'script') return undefined;
  const names = [a, b].map(({ payload, value }) => `${payload.name ?? `@${payload.base},${payload.offset},${payload.bits}`} != ${value}`);
  return { kind: 'opaque', role: 'test', untold: true, identity: `nft ${names.join(' ')} (one comparison or two: the listing does not tell)` };
}

function withoutLostProtocol(statements: readonly ListedStatement[]): readonly ListedStatement[] {
  let tcp = false;
  return statements.map((statement): ListedStatement => {
    if (statement.kind === 'match') {
      const root = statement.left.kind === 'binary' ? statement.left.left : statement.left;
      const tests = root.kind === 'payload' ? root.protocol === 6 || root.name === 'ip protocol' : root.kind === 'meta' && root.key === 'l4proto';
      tcp ||= tests || root.kind === 'tcp-option';
    }
    if (statement.kind !== 'exists' || statement.what.kind !== 'tcp-option') return statement;
    if (!statement.negated) tcp = true;
    if (tcp) return statement;
    return { kind: 'opaque', role: 'test', untold: true, identity: `nft tcp option ${statement.what.option} missing (of TCP or of all packets: the listing does not tell)` };
  });
}
