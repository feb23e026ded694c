import { match, single, type Statement } from '../ast.js';

/** Never holds: no packet is 0 bytes long. */
export const never: Statement = match({ kind: 'meta', key: 'length' }, [single(0)]);

/** What no rule of a chain can change under a packet: its protocol, fragment offset, interfaces. */
export const immutable = (statement: Statement): boolean => {
  if (statement.kind === 'exists') return statement.what.kind === 'exthdr';
  if (statement.kind !== 'match') return false;
  const left = statement.left.kind === 'binary' ? statement.left.left : statement.left;
  if (left.kind === 'meta') return left.key === 'l4proto' || left.key === 'iifname' || left.key === 'oifname';
  return left.kind === 'exthdr' || (left.kind === 'payload' && left.name === 'ip frag-off');
};

/**
 * Tests of two different protocols never hold together, and make nft 1.0.6 fall over an assertion: the second becomes a test that
 * never holds, and tests behind it are left out.
 */
function withoutConflict(statements: readonly Statement[]): readonly Statement[] {
  let known: bigint | undefined;
  for (const [index, statement] of statements.entries()) {
    const protocol = protocolTested(statement) ?? (statement.kind === 'match' ? impliesProtocol(statement) : undefined);
    if (protocol === undefined) continue;
    if (known !== undefined && known !== protocol) return [...statements.slice(0, index), never, ...statements.slice(index + 1).filter((later) => !isTest(later))];
    known = protocol;
  }
  return statements;
}

const isTest = ({ kind }: Statement): boolean => kind === 'match' || kind === 'exists' || kind === 'loads' || kind === 'below';

/**
 * Takes away a test of the protocol where a named field of that protocol follows before anything but tests that do without it: nft then adds the
 * same test itself.
 */
export function tidy(row: readonly Statement[]): readonly Statement[] {
  const statements = withoutConflict(row.filter((statement, index) => !(readsEntryProtocol(statement) && row.slice(0, index).some((earlier) => readsEntryProtocol(earlier) && same(earlier, statement)))));
  const seen = new Set<string>();
  return keptInListing(statements).filter((statement, index) => {
    const protocol = protocolTested(statement);
    if (protocol === undefined) return true;
    const again = seen.has(protocol.toString());
    seen.add(protocol.toString());
    if (again) return false;
    for (const later of statements.slice(index + 1)) {
      if (later.kind !== 'match' && later.kind !== 'exists' && later.kind !== 'loads') return true;
      if (needsProtocol(later)) return true;
      if (later.kind === 'match' && impliesProtocol(later) === protocol) return false;
      if (protocolTested(later) === protocol) continue;
    }
    return true;
  });
}

/**
 * Before a key with bare bytes of the transport header nft 1.0.6 leaves a test for a protocol without ports out of its listing (measured), as if any
 * protocol would do; as a range it stays.
 */
function keptInListing(statements: readonly Statement[]): readonly Statement[] {
  const bare = statements.findIndex((statement) => readsBareKey(statement));
  return statements.map((statement, index) => (index < bare && statement.kind === 'match' && protocolTested(statement) !== undefined ? { ...statement, ranged: true } : statement));
}

function readsBareKey(statement: Statement): boolean {
  const key = statement.kind === 'update' ? statement.key : statement.kind === 'match' && statement.right.kind === 'set' && statement.right.dynamic === true ? statement.left : undefined;
  return key?.kind === 'concat' && key.parts.some((part) => part.kind === 'payload' && part.base === 'th' && part.name === undefined);
}

function protocolTested(statement: Statement): bigint | undefined {
  if (statement.kind !== 'match' || statement.negated || statement.left.kind !== 'meta' || statement.left.key !== 'l4proto' || statement.right.kind !== 'intervals') return undefined;
  const [only, ...more] = statement.right.intervals;
  return only !== undefined && more.length === 0 && only.min === only.max ? only.min : undefined;
}

function impliesProtocol(statement: Extract<Statement, { kind: 'match' }>): bigint | undefined {
  const left = statement.left.kind === 'binary' ? statement.left.left : statement.left;
  return left.kind === 'payload' && left.protocol !== undefined ? BigInt(left.protocol) : undefined;
}

const readsEntryProtocol = (statement: Statement): boolean => statement.kind === 'match' && statement.left.kind === 'ct' && statement.left.key === 'protocol';

/** nft reads the ports of a connection only where it knows the protocol already; and what counts is to count packets of that protocol alone. */
const needsProtocol = (statement: Statement): boolean =>
  statement.kind === 'match' && (statement.left.kind === 'numgen' || (statement.left.kind === 'ct' && (statement.left.key === 'proto-src' || statement.left.key === 'proto-dst')));

const same = (a: Statement, b: Statement): boolean => text(a) === text(b);
const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
