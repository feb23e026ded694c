import { ctStates, externalTests, type Presence, type Predicate, type PredicateKind, type PredicateOf } from '../../src/ir/index.js';
import { unreachable } from '../../src/ir/index.js';
import { hasOwnState, leavesOf } from '../../src/ir/predicate.js';
import { all, and, compare, member, number, shiftRight } from './build.js';
import { addressType } from './address-type.js';
import { answerOf, chunksHold } from './answers/index.js';
import type { Scene } from './context.js';
import { extensionHolds, walkHolds } from './extension.js';
import { readField } from './fields.js';
import { inIntervals } from './intervals.js';
import { setMembership } from './sets.js';
import { always, both, decided, either, negate, never, unknown, type Truth } from './truth.js';

type Lowerings = { readonly [K in PredicateKind]: (predicate: PredicateOf<K>, scene: Scene) => Truth };

const lowerings: Lowerings = {
  'constant': ({ value }) => (value ? always : never),
  'and': (predicate, scene) => joined(predicate, scene),
  'or': (predicate, scene) => joined(predicate, scene),
  'not': ({ operand }, scene) => negate(lowerPredicate(operand, scene)),
  'field': ({ field, mask, intervals }, scene) => {
    const reading = readField(field, scene);
    return reading.kind === 'hidden' ? unknown(reading.because) : decided(inIntervals(field, scene.family, reading, mask, intervals));
  },
  'present': ({ what }, scene) => presence(what, scene),
  'interface': ({ direction, pattern }, scene) => {
    if (pattern.prefix && pattern.name === '') return always;
    // A hook without such an interface compares with the empty name.
    if (direction === 'out' && scene.hook !== 'FORWARD') return never;
    if (direction === 'out') return unknown('the outgoing interface');
    if (scene.interface === undefined) return unknown('the incoming interface (say --interface)');
    return (pattern.prefix ? scene.interface.startsWith(pattern.name) : scene.interface === pattern.name) ? always : never;
  },
  'ct-state': ({ states }, scene) => {
    // Before tracking nothing is attached, which xtables calls INVALID, unless a rule of raw has attached something.
    if (isUntouched(scene)) return states.includes('INVALID') ? always : never;
    return ctStates.every((state) => states.includes(state)) ? always : unknown('the connection state');
  },
  'address-type': (predicate, scene) => addressType(predicate, scene),
  'set': (predicate, scene) => setMembership(predicate, scene),
  'tcp-option': ({ option }, scene) => {
    const because = scene.rewritten.get('tcp-options');
    if (because !== undefined) return unknown(because);
    return decided(compare(and(shiftRight(member('options', option >> 5), option & 31), number(1)), '!=', number(0)));
  },
  'tcp-mss': ({ interval }, scene) => {
    const because = scene.rewritten.get('tcp-options');
    if (because !== undefined) return unknown(because);
    const size = inIntervals('transport.source-port', scene.family, { kind: 'word', value: member('mss') }, 0xffffn, [interval]);
    return decided(all([compare(member('mss_found'), '!=', number(0)), size]));
  },
  'sctp-chunks': ({ scope, chunks }, scene) => chunksHold({ scope, chunks, whole: false }, scene),
  'limit': () => unknown('a rate limit'),
  'random': () => unknown('chance'),
  'nth': () => unknown('a counter of packets'),
  'external': ({ test }, scene) => answerOf(test, scene) ?? unknown(externalTests[test.kind].words),
};

const isUntouched = ({ table, rewritten }: Scene): boolean => table === 'raw' && !rewritten.has('tracking');

function joined({ kind, operands }: PredicateOf<'and' | 'or'>, scene: Scene): Truth {
  const parts = operands.map((operand) => lowerPredicate(operand, scene));
  return kind === 'and' ? both(parts) : either(parts);
}

function presence(what: Presence, scene: Scene): Truth {
  const flag = (name: 'protocol_known' | 'tcp_whole' | 'authentication' | 'authentication_intact'): Truth => decided(compare(member(name), '!=', number(0)));
  switch (what.kind) {
    case 'protocol':
      return scene.family === 4 ? always : flag('protocol_known');
    case 'transport':
      return what.bytes <= 0 ? always : decided(compare(member('transport'), '>=', number(what.bytes)));
    case 'tcp-options':
      return flag('tcp_whole');
    case 'ah-intact':
      return flag('authentication_intact');
    case 'ah':
      return flag('authentication');
    case 'extension-walk':
      return decided(walkHolds(what.header));
    case 'extension':
      return decided(extensionHolds(what));
    case 'sctp-chunks':
      return chunksHold({ scope: what.scope, chunks: what.chunks, whole: true }, scene);
    case 'connection':
      return isUntouched(scene) ? never : unknown('the connection entry');
    case 'socket':
    case 'kernel-socket':
      return unknown('the receiving socket');
    case 'ethernet':
      return always;
    default:
      return unreachable(what);
  }
}

/** What XDP can tell of a predicate, as C over the parsed packet. */
export function lowerPredicate<K extends PredicateKind>(predicate: PredicateOf<K>, scene: Scene): Truth {
  // The one fold over the table: a predicate's kind selects the lowering of its own type.
  const lower = lowerings[predicate.kind as K] as (predicate: PredicateOf<K>, scene: Scene) => Truth;
  return lower(predicate, scene);
}

/** Evaluating it changes what later packets meet, so a packet that comes this far belongs to the stack. */
export const isStateful = (predicate: Predicate): boolean => leavesOf(predicate).some((leaf) => leaf.kind !== 'random' && hasOwnState(leaf));
