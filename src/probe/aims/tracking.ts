import type { ConnmarkMatch, ConntrackMatch, CtState, Range, StateMatch, Test } from '../../ir/index.js';
import { hasTransport, type Draft, type Edit } from '../draft.js';
import { negatable, never, rangeAim, type Aim, type AimContext } from './aim.js';
import { addressRangeAim, maskAim } from './conditions.js';

/** TCP flags with which a first packet is taken for a new connection, ECE and CWR aside. */
const newFlags = new Set([2, 2 | 8, 2 | 32, 2 | 8 | 32, 16, 16 | 8, 16 | 32, 16 | 8 | 32]);
const untrackedTypes: readonly number[] = [130, 131, 132, 133, 134, 135, 136, 143, 151, 152];

/** The state that connection tracking gives a first packet (measured, fact sheet section 4). */
export function firstState(draft: Draft): CtState {
  if (draft.state !== undefined) return draft.state;
  const icmp = draft.protocol === (draft.family === 4 ? 1 : 58);
  const checked = draft.protocol === 6 || draft.protocol === 17 || draft.protocol === 132 || icmp;
  if (checked && (!hasTransport(draft) || draft.wrongChecksum)) return 'INVALID';
  if (draft.protocol === 6) return draft.dataOffset === undefined && newFlags.has(draft.tcpFlags & 0x3f) ? 'NEW' : 'INVALID';
  if (draft.protocol === 132) return draft.chunks[0] === 1 ? 'NEW' : 'INVALID';
  if (icmp && draft.family === 4) return [8, 13, 15, 17].includes(draft.icmpType) ? 'NEW' : 'INVALID';
  if (icmp) return untrackedTypes.includes(draft.icmpType) ? 'UNTRACKED' : draft.icmpType === 128 || draft.icmpType === 139 ? 'NEW' : 'INVALID';
  return draft.family === 6 && draft.protocol === 59 ? 'INVALID' : 'NEW';
}

/** In raw nothing is attached yet. */
const seenState = (draft: Draft, { table }: AimContext): CtState => (table === 'raw' ? 'INVALID' : firstState(draft));

function statesOf(states: readonly string[], context: AimContext): { readonly inside: readonly Edit[]; readonly outside: readonly Edit[] } {
  const lead = (state: CtState): readonly Edit[] => {
    if (context.table === 'raw') return [];
    const override: readonly Edit[] = context.states ? [{ state }] : [];
    switch (state) {
      case 'NEW': return [(draft) => (draft.protocol === 6 ? { tcpFlags: 2 } : draft.protocol === 132 ? { chunks: [1] } : { icmpType: draft.family === 4 ? 8 : 128, icmpCode: 0 }), (draft) => (draft.protocol === 6 ? { tcpFlags: 16 } : { protocol: 17 })];
      case 'INVALID': return [(draft) => (draft.protocol === 6 ? { tcpFlags: 1 } : draft.protocol === 132 ? { chunks: [0] } : draft.protocol === 17 ? { wrongChecksum: true } : { protocol: draft.family === 4 ? 1 : 58, icmpType: draft.family === 4 ? 0 : 129 }), (draft) => (draft.protocol === 6 ? { tcpFlags: 0x12 } : { wrongChecksum: true })];
      case 'UNTRACKED': return context.family === 6 ? [{ protocol: 58, icmpType: 135, icmpCode: 0 }] : override;
      case 'RELATED': case 'ESTABLISHED': return override;
    }
  };
  const all: readonly CtState[] = ['NEW', 'INVALID', 'UNTRACKED', 'ESTABLISHED', 'RELATED'];
  return { inside: all.filter((state) => states.includes(state)).flatMap(lead), outside: all.filter((state) => !states.includes(state)).flatMap(lead) };
}

const stateAim = (test: Test<readonly string[]>, context: AimContext): Aim => negatable(test.negated, { holds: (draft) => test.value.includes(seenState(draft, context)), ...statesOf(test.value, context) });

export const stateAims = (match: StateMatch, context: AimContext): readonly Aim[] => [stateAim(match.states, context)];

/** A first packet's connection carries no mark. */
export const connmarkAims = (match: ConnmarkMatch, context: AimContext): readonly Aim[] => [
  { holds: (draft) => isAttached(draft, context), inside: statesOf(['NEW'], context).inside, outside: statesOf(['INVALID'], context).inside },
  negatable(match.mark.negated, { holds: () => match.mark.value.value === 0, inside: [], outside: [] }),
];

const isAttached = (draft: Draft, context: AimContext): boolean => !['INVALID', 'UNTRACKED'].includes(seenState(draft, context));

/** Original and reply are those of a first packet that nothing has translated. */
export function conntrackAims(match: ConntrackMatch, context: AimContext): readonly Aim[] {
  const attached = (draft: Draft): boolean => isAttached(draft, context);
  const entry: Aim = { holds: attached, inside: statesOf(['NEW'], context).inside, outside: [] };
  const port = (test: Test<Range> | undefined, side: 'sourcePort' | 'destinationPort'): readonly Aim[] =>
    test === undefined ? [] : [entry, negatable(test.negated, rangeAim(test.value, 65535, (draft) => draft[side], (value) => (side === 'sourcePort' ? { sourcePort: value } : { destinationPort: value })), attached)];
  const address = (test: ConntrackMatch['originalSource'], side: 'source' | 'destination'): readonly Aim[] => {
    if (test === undefined) return [];
    // Host bits are compared too: with any outside the mask nothing matches.
    const plain = (test.value.address & ~test.value.mask) === 0n;
    return [entry, plain ? maskAim(test, side, context) : addressRangeAim({ ...test, value: { min: 1n, max: 0n } }, side, context)];
  };
  return [
    ...(match.states === undefined ? [] : [stateAim(match.states, context)]),
    ...(match.protocol === undefined ? [] : [entry, negatable(match.protocol.negated, rangeAim({ min: match.protocol.value, max: match.protocol.value }, 255, (draft) => draft.protocol, (protocol) => ({ protocol })), attached)]),
    ...address(match.originalSource, 'source'), ...address(match.originalDestination, 'destination'), ...address(match.replySource, 'destination'), ...address(match.replyDestination, 'source'),
    ...port(match.originalSourcePort, 'sourcePort'), ...port(match.originalDestinationPort, 'destinationPort'), ...port(match.replySourcePort, 'destinationPort'), ...port(match.replyDestinationPort, 'sourcePort'),
    ...(match.statuses === undefined ? [] : [entry, negatable(match.statuses.negated, { holds: () => match.statuses?.value.includes('NONE') ?? false, inside: [], outside: [] })]),
    ...(match.direction === undefined ? [] : match.direction === 'ORIGINAL' ? [entry] : [never]),
    ...(match.expire === undefined ? [] : [entry]),
  ];
}
