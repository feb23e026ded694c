import { unreachable, type Presence, type Source } from '../../../src/ir/index.js';
import { match, single, type Expression, type Statement } from '../ast.js';
import { ctStateBits } from '../types.js';
import { refuse, rest, type RuleContext } from './context.js';
import { exthdrEnding, exthdrWord } from '../exthdr.js';
import { anyAddress, l4proto, mobility, payload } from './fields.js';
import { all, any, constant, direct, fails, type Condition } from './nodes.js';

/**
 * Whether something can be read. A load of three bytes takes the kernel's slow path, which also fails on later fragments of both
 * families; loads of 1, 2 or 4 bytes do not look at the fragment offset (kernel 6.18).
 */
export function transportBytes(bytes: number): Condition {
  const load = bytes >= 3 ? payload('th', bytes * 8 - 24, 24) : payload('th', (bytes - 1) * 8, 8);
  return direct({ kind: 'loads', left: load, bits: load.bits });
}

const loads = (left: Expression, bits: number): Statement => ({ kind: 'loads', left, bits });

export function presence(what: Presence, negated: boolean, context: RuleContext, source: Source): Condition {
  switch (what.kind) {
    case 'protocol':
      return context.family === 4 ? constant(!negated) : opposite(direct(loads(l4proto, 8)), negated);
    case 'transport':
      if (what.laterFragments !== undefined) rest(context, what.laterFragments, 'a test that reads into later fragments', source);
      return opposite(context.protocol === 135 && context.family === 6 ? mobilityBytes : transportBytes(what.bytes), negated);
    case 'tcp-options':
      if (what.laterFragments !== undefined) rest(context, what.laterFragments, 'a test that reads into later fragments', source);
      return opposite(wholeTcp, negated);
    case 'ah-intact':
      rest(context, 'no-broken-ipv6-extension-headers', 'the match ah', source);
      return constant(!negated);
    case 'ah':
      return opposite(all([direct(match(l4proto, [single(51)])), transportBytes(12)]), negated);
    case 'extension-walk':
      rest(context, 'no-broken-ipv6-extension-headers', 'a test of an extension header', source);
      return constant(!negated);
    case 'extension':
      return opposite(extension(what, context, source), negated);
    case 'sctp-chunks':
      refuse(context, 'this test of SCTP chunks', 'nft cannot tell a chunk list that is cut off', 'leave out --strict', source);
      return constant(false);
    case 'connection': {
      const { invalid, untracked, established, related } = ctStateBits;
      const bits = BigInt(negated ? invalid | untracked : established | related | ctStateBits.new);
      return direct({ kind: 'match', left: { kind: 'ct', key: 'state' }, negated: false, right: { kind: 'flags', bits } });
    }
    case 'socket':
      return opposite(direct(loads({ kind: 'meta', key: 'skuid' }, 32)), negated);
    case 'kernel-socket': {
      // Both kinds of socket have a cgroup; only a process's has an owner that can be read.
      const anySocket = direct(loads({ kind: 'meta', key: 'cgroup' }, 32));
      const owned = direct(loads({ kind: 'meta', key: 'skuid' }, 32));
      return negated ? any([owned, fails(anySocket)]) : all([anySocket, fails(owned)]);
    }
    case 'ethernet':
      return opposite(direct(match({ kind: 'meta', key: 'iiftype' }, [single(1)])), negated);
    default:
      return unreachable(what);
  }
}

/** What nft reads of a mobility header it finds by another walk, which comes to the same place; `mh` wants 6 bytes of it. */
const mobilityBytes: Condition = direct(loads(mobility('checksum'), 16));

function extension({ header, bytes = 0 }: Extract<Presence, { readonly kind: 'extension' }>, context: RuleContext, source: Source): Condition {
  const there = direct({ kind: 'exists', what: { kind: 'exthdr', header: exthdrWord(header) }, negated: false });
  // The walk itself looks at so much of the header.
  if (typeof bytes === 'number' && bytes <= (header === 'fragment' || header === 'routing' ? 4 : 2)) return there;
  const last = typeof bytes === 'number' ? exthdrEnding(header, bytes) : undefined;
  if (last !== undefined) return direct(last.bits === 128 ? anyAddress(last) : loads(last, last.bits));
  rest(context, 'no-broken-ipv6-extension-headers', 'a test whether an extension header is whole', source);
  return there;
}

const opposite = (condition: Condition, negated: boolean): Condition => (negated ? fails(condition) : condition);

/** A data offset of 5 to 15 words, and the header's last byte is there. */
const wholeTcp: Condition = any(
  Array.from({ length: 11 }, (_, index) => {
    const words = index + 5;
    const last = payload('th', words * 32 - 24, 24);
    return direct(match(payload('th', 96, 4, 'tcp doff', 6), [single(words)]), loads(last, 24));
  }),
);
