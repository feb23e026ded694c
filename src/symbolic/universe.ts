import { type AssumptionId, type CoreRuleset, type Field, identityOf, type Predicate, reassembles } from '../ir/index.js';
import { not, present } from '../ir/predicate.js';
import { headersAssumed, segmentsAssumed } from './headers.js';
import { systemsTold } from './systems.js';
import { extensionsAsked, opaqueKey, type Vocabulary } from './vocabulary.js';

const never: Predicate = { kind: 'constant', value: false };
const byte = (field: Field, value: bigint): Predicate => ({ kind: 'field', field, mask: 0xffn, intervals: [{ min: value, max: value }] });
const unfragmented: Predicate = { kind: 'field', field: 'ip.fragment-offset', mask: 0x1fffn, intervals: [{ min: 0n, max: 0n }] };

/** What an assumption says, as a predicate over packets, in terms of what the rules ask at all. */
function assumed(id: AssumptionId, vocabulary: Vocabulary): readonly Predicate[] {
  const opaque = (kind: string): readonly Predicate[] => vocabulary.opaque.filter((key) => key.startsWith(`present {"kind":"${kind}"`)).map((key): Predicate => ({ kind: 'present', what: JSON.parse(key.slice('present '.length)) }));
  switch (id) {
    case 'no-truncated-l4-headers':
      return [...vocabulary.transportBytes.map((bytes): Predicate => ({ kind: 'present', what: { kind: 'transport', bytes } })), ...opaque('tcp-options'), ...opaque('sctp-chunks')];
    case 'no-later-fragments':
    case 'no-nested-fragments':
    case 'unfragmented-packets':
      return vocabulary.fields.has('ip.fragment-offset') ? [unfragmented] : [];
    case 'one-fragment-header': {
      // Where its first fragment header has no offset, a packet is no later fragment.
      if (!vocabulary.fields.has('fragment.offset') || !vocabulary.fields.has('ip.fragment-offset')) return [];
      const more: Predicate = { kind: 'field', field: 'fragment.offset', mask: 0x1fffn, intervals: [{ min: 1n, max: 0x1fffn }] };
      return [{ kind: 'or', operands: [unfragmented, more] }];
    }
    case 'no-ipv6-authentication-headers':
      return opaque('ah').map((operand): Predicate => ({ kind: 'not', operand }));
    case 'no-broken-ipv6-extension-headers':
      return [...opaque('protocol'), ...opaque('ah-intact'), ...opaque('extension-walk'), ...wholeExtensions(vocabulary)];
    case 'plain-mobility-headers':
      return vocabulary.fields.has('mobility.next-header') ? [{ kind: 'or', operands: [not(byte('ip.protocol', 135n)), byte('mobility.next-header', 59n)] }] : [];
    case 'plain-segment-routing':
    case 'short-segment-lists':
      return segmentsAssumed(id, vocabulary);
    case 'plain-tcp-options': {
      // An MSS option is one of kind 2.
      const anyMss: Predicate = { kind: 'tcp-mss', interval: { min: 0n, max: 0xffffn } };
      const kind2: Predicate = { kind: 'tcp-option', option: 2 };
      return vocabulary.opaque.includes('mss') && vocabulary.opaque.includes(opaqueKey(kind2)) ? [{ kind: 'or', operands: [{ kind: 'and', operands: [anyMss, kind2] }, { kind: 'not', operand: { kind: 'or', operands: [anyMss, kind2] } }] }] : [];
    }
    case 'syn-with-mss':
    case 'sound-tcp-packets':
    case 'no-answers-about-untracked-packets':
    case 'no-bridged-packets':
      return [...vocabulary.externals.values()].flatMap((test): readonly Predicate[] => (test.kind !== 'bridge-port' ? [] : [test.unbridged ? { kind: 'external', test } : not({ kind: 'external', test })]));
    case 'no-cgroup-on-handshakes':
    case 'plain-cluster-packets':
    case 'kernel-clock-in-utc':
    case 'local-table-first':
    case 'one-ipv6-route-to-a-network':
    case 'sets-as-given':
    case 'room-in-sets':
    case 'no-return-at-expiry':
    case 'lists-from-rules':
    case 'quotas-below-8-eib':
    case 'accounts-without-quota':
    case 'accounted-connections':
    case 'osf-unlogged':
    case 'one-system-fits':
    case 'recent-approximate':
    case 'hashlimit-approximate':
    case 'untagged-frames':
    case 'counted-by-one-program':
    case 'counted-as-received':
    case 'no-losses-before-rules':
    case 'link-local-to-this-host':
    case 'clock-of-250-hz':
    case 'no-partial-checksums':
    case 'checksums-by-device':
      return [];
  }
}

const shortestHeader = 8;

/** A header that is there at all is there to its own length. */
const wholeExtensions = (vocabulary: Vocabulary): readonly Predicate[] =>
  extensionsAsked(vocabulary).flatMap((what): readonly Predicate[] =>
    what.bytes === undefined || (what.bytes !== 'whole' && what.bytes > shortestHeader) ? [] : [{ kind: 'or', operands: [present(what), not(present({ kind: 'extension', header: what.header }))] }]);

/** Whether a predicate holds for all packets that these assumptions allow, since one of them says just that. */
export function isCertain(predicate: Predicate, assume: ReadonlySet<AssumptionId>): boolean {
  switch (predicate.kind) {
    case 'present':
      return ['transport', 'tcp-options', 'sctp-chunks'].includes(predicate.what.kind) && assume.has('no-truncated-l4-headers');
    case 'field':
      return predicate.field === 'ip.fragment-offset' && identityOf(predicate) === identityOf(unfragmented) && (['no-later-fragments', 'no-nested-fragments', 'unfragmented-packets'] as const).some((id) => assume.has(id));
    default:
      return false;
  }
}

/** The packets that a comparison speaks of: those the assumptions allow, and those that can come there at all. */
export function universe(assume: readonly AssumptionId[], rulesets: readonly CoreRuleset[], vocabulary: Vocabulary): Predicate {
  const operands = [...assume.flatMap((id) => assumed(id, vocabulary)), ...headersAssumed(assume, vocabulary), ...systemsTold(assume, vocabulary)];
  // Packets are put together before any table looks; an IPv6 fragment inside a fragment is only opened once.
  if (rulesets.every((ruleset) => reassembles(ruleset) && ruleset.family === 4) && vocabulary.fields.has('ip.fragment-offset')) operands.push(unfragmented);
  return operands.length === 0 ? { kind: 'not', operand: never } : { kind: 'and', operands };
}
