import type { AssumptionId, ExternalTest, Field, Ipv6Header, Predicate } from '../ir/index.js';
import { and, leavesOf, not, or, present } from '../ir/predicate.js';
import type { Vocabulary } from './vocabulary.js';

const is = (field: Field, values: readonly bigint[], bits = 8): Predicate => ({ kind: 'field', field, mask: (1n << BigInt(bits)) - 1n, intervals: values.map((value) => ({ min: value, max: value })) });
const same = (one: Predicate, other: Predicate): Predicate => or([and([one, other]), and([not(one), not(other)])]);
const asks = (test: ExternalTest): Predicate => ({ kind: 'external', test });
const fieldsOf = (predicate: Predicate): readonly Field[] => leavesOf(predicate).flatMap((leaf) => (leaf.kind === 'field' ? [leaf.field] : []));

/** That two questions have one answer; nothing where no rule speaks of a field that one of them reads. */
const sameIfAsked = (one: Predicate, other: Predicate, vocabulary: Vocabulary): readonly Predicate[] => (fieldsOf(other).every((field) => vocabulary.fields.has(field)) ? [same(one, other)] : []);

/** A walk over headers that can be walked, in front of no fragment's data, is the one that everyone makes. */
export function headersAssumed(assume: readonly AssumptionId[], vocabulary: Vocabulary): readonly Predicate[] {
  const plain = assume.includes('no-broken-ipv6-extension-headers') && assume.includes('no-truncated-l4-headers') && (assume.includes('no-later-fragments') || assume.includes('no-nested-fragments'));
  if (!plain) return [];
  return vocabulary.externals.flatMap((test): readonly Predicate[] => {
    if (test.kind === 'headers-end') return [asks(test)];
    return test.kind === 'header' ? sameIfAsked(asks(test), elsewhere[test.header], vocabulary) : [];
  });
}

const elsewhere: { readonly [H in Ipv6Header]: Predicate } = {
  'hop-by-hop': present({ kind: 'extension', header: 'hop-by-hop' }),
  'ipv6-opts': present({ kind: 'extension', header: 'destination-options' }),
  'ipv6-route': present({ kind: 'extension', header: 'routing' }),
  'ipv6-frag': present({ kind: 'extension', header: 'fragment' }),
  'ah': present({ kind: 'ah' }),
  'esp': is('ip.protocol', [50n]),
  'ipv6-nonxt': is('ip.protocol', [59n]),
  'protocol': not(is('ip.protocol', [50n, 59n])),
};

/** Of two segments the one before the next is the second, the one behind it the first. */
export function segmentsAssumed(id: 'plain-segment-routing' | 'short-segment-lists', vocabulary: Vocabulary): readonly Predicate[] {
  return vocabulary.externals.flatMap((test): readonly Predicate[] => {
    if (id === 'plain-segment-routing') return test.kind === 'segments-overrun' ? [not(asks(test))] : [];
    if (test.kind !== 'segment') return [];
    const { which, network } = test;
    const there = which === 'previous' ? [is('routing.segments-left', [0n]), is('routing.last-entry', [1n])] : [is('routing.segments-left', [1n])];
    const field = which === 'previous' ? 'routing.address-2' : 'routing.address-1';
    const lies: readonly Predicate[] = network === undefined ? [] : [{ kind: 'field', field, mask: network.mask, intervals: [{ min: network.address, max: network.address }] }];
    return sameIfAsked(asks(test), and([...there, present({ kind: 'extension', header: 'routing', bytes: which === 'previous' ? 40 : 24 }), ...lies]), vocabulary);
  });
}
