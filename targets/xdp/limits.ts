import type { Session } from './context.js';

/** The kernel's own: 256 functions in one program, 8 call frames deep. The parser and the entry take some. */
const functionLimit = 240;
const frameLimit = 8;

/** Why the verifier would refuse the program for its size, if it would. */
export function sizeProblem(session: Session, entry: string): string | undefined {
  const answering = [...session.answers.values()].flatMap(({ text }) => text).filter((line) => line.startsWith('GLOBAL')).length;
  const counting = new Set([...session.counters.values()].map(({ kind }) => kind)).size;
  const count = answering + counting + session.functions.filter((part) => part.linkage === 'global').length;
  if (count > functionLimit) return `they need ${count} functions, and the kernel takes ${functionLimit} of them`;
  const depth = frames(session, entry, new Map());
  if (depth > frameLimit) return `their chains are nested ${depth} calls deep, and the kernel takes ${frameLimit}`;
  return undefined;
}

function frames(session: Session, name: string, known: Map<string, number>): number {
  const ready = known.get(name);
  if (ready !== undefined) return ready;
  const below = [...(session.calls.get(name) ?? [])].map((callee) => frames(session, callee, known));
  const depth = 1 + (session.cutChains.has(name) ? 1 : 0) + Math.max(0, ...below);
  known.set(name, depth);
  return depth;
}
