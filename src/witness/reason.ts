import type { Hook } from '../ir/index.js';
import type { Side } from '../verify/result.js';
import type { Judged } from './simulate.js';

interface Attempt {
  readonly asked: ReadonlySet<string>;
  readonly both?: readonly [Judged, Judged] | undefined;
}

/** Why no candidate shows the difference: what it hangs on beside the packet. */
export function hangsOn(attempts: readonly Attempt[], { left, right }: { readonly left: Side; readonly right: Side }, hook: Hook): string {
  for (const { both } of attempts) {
    const unknown = both?.map(({ outcome }) => outcome.unknown).find((one) => one !== undefined);
    if (unknown !== undefined) return `${unknown.extension}, ${unknown.reason}`;
  }
  const [first] = attempts;
  for (const block of first?.asked ?? []) {
    const reason = questionReason(block.replace(/^\[|\]$/g, ''), [left, right]);
    if (reason !== undefined) return reason;
  }
  if (attempts.length === 0) return 'a connection that no packets before it can make under both rule sets';
  const comes = attempts.some(({ both }) => both?.some(({ outcome }) => outcome.stage === hook || outcome.path.some((step) => step.hook === hook)));
  return comes ? `the state of the host when the packet comes to ${hook}: no packet that was tried shows it` : `no packet of this shape reaches ${hook}`;
}

function questionReason(key: string, sides: readonly Side[]): string | undefined {
  const [kind, ...rest] = key.split(' ');
  const text = rest.join(' ');
  switch (kind) {
    case 'limit':
      return `a rate: ${text}`;
    case 'random':
      return `chance: ${text}`;
    case 'nth':
      return `a counter: ${text}`;
    case 'set':
      return `what the set ${rest[0] ?? ''} holds`;
    case 'refused':
      return sides.map((side) => side.opaqueText(text)).find((found) => found !== undefined) ?? text;
    default:
      return undefined;
  }
}
