import { expect, test } from 'vitest';
import type { Match } from '../../../src/ir/index.js';
import { lowerMatch } from '../../../src/lower/matches/index.js';
import { yes } from '../build.js';
import { match } from './table.js';

const refused: readonly Match[] = [
  match({ kind: 'policy', direction: 'in', policy: 'ipsec', strict: false, elements: [{ protocol: yes(50) }] }),
  match({ kind: 'owner', gid: yes({ min: 0, max: 0 }), supplementaryGroups: true }),
  match({ kind: 'set', set: yes('s'), dimensions: ['src'], packets: { comparison: 'gt', value: 1n } }),
];

test.each(refused.map((one) => [one.kind, one] as const))('%s is refused by name, with a way out', (kind, one) => {
  expect(lowerMatch(one, { family: 4 })).toMatchObject([{ kind: 'refuse', extension: kind, reason: expect.any(String) as string, hint: expect.any(String) as string }]);
});
