import { externalMeaning, type Action, type AssignableField, type Step } from '../../../src/ir/index.js';
import { leavesOf, type PredicateLeaf } from '../../../src/ir/predicate.js';

/** What a predicate reads that some action may change. `state`: it has a state of its own, and must be asked once. */
type Touched = AssignableField | 'tracking' | 'tcp-options' | 'state';

function reads(predicate: PredicateLeaf): readonly Touched[] {
  switch (predicate.kind) {
    case 'field':
      if (predicate.field === 'packet.mark' || predicate.field === 'ip.tos' || predicate.field === 'ip.ttl' || predicate.field === 'tcp.flags') return [predicate.field];
      if (predicate.field === 'ct.mark') return ['ct.mark', 'tracking'];
      return predicate.field.startsWith('ct.') ? ['tracking'] : [];
    case 'ct-state':
      return ['tracking'];
    case 'present':
      return predicate.what.kind === 'connection' ? ['tracking'] : [];
    case 'tcp-mss':
    case 'tcp-option':
      return ['tcp-options'];
    case 'limit':
    case 'random':
    case 'nth':
    // What it looks at may be anything.
    case 'external':
      return ['state'];
    default:
      return [];
  }
}

function writes(action: Action): readonly Touched[] | 'unknown' {
  switch (action.kind) {
    case 'assign':
      return [action.to];
    case 'notrack':
    case 'ct':
      return ['tracking'];
    case 'tcpmss':
      return ['tcp-options'];
    case 'outside': {
      const { writes: written, strips, end } = externalMeaning(action.jump);
      if (written !== undefined || end?.kind === 'asked') return 'unknown';
      return strips === undefined ? [] : ['tcp-options'];
    }
    case 'refuse':
    case 'jump':
      return 'unknown';
    default:
      return [];
  }
}

/** Whether the same tests, asked again after the actions, say the same without being asked too often. */
export function repeatable(steps: readonly Step[], actions: readonly Action[]): boolean {
  const read = new Set<Touched>();
  for (const step of steps) {
    if (step.kind === 'refuse') return false;
    for (const touched of leavesOf(step.predicate).flatMap(reads)) read.add(touched);
  }
  if (read.has('state')) return false;
  return actions.every((action) => {
    const written = writes(action);
    return written === 'unknown' ? read.size === 0 : written.every((one) => !read.has(one));
  });
}
