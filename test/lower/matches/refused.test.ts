import { expect, test } from 'vitest';
import type { Match } from '../../../src/ir/index.js';
import { lowerMatch } from '../../../src/lower/matches/index.js';
import { yes } from '../build.js';
import { match } from './table.js';

const refused: readonly Match[] = [
  match({ kind: 'hashlimit', comparison: 'upto', rate: { unit: 'packets', interval: 10000, burst: 5 }, mode: [], name: 'x', sourcePrefix: 32, destinationPrefix: 32, expire: 60000, tableSize: 0, tableMax: 0, gcInterval: 1000 }),
  match({ kind: 'helper', helper: yes('ftp') }),
  match({ kind: 'physdev' }),
  match({ kind: 'policy', direction: 'in', policy: 'ipsec', strict: false, elements: [] }),
  match({ kind: 'recent', action: yes('set'), name: 'x', mask: 0n, address: 'source' }),
  match({ kind: 'rpfilter' }),
  match({ kind: 'string', pattern: yes('x'), algorithm: 'bm', from: 0, to: 65535 }),
  match({ kind: 'time', dateStart: 0, dateStop: 0, dayStart: 0, dayStop: 0, monthdays: 0, weekdays: 0 }),
  match({ kind: 'owner', gid: yes({ min: 0, max: 0 }), supplementaryGroups: true }),
  match({ kind: 'set', set: yes('s'), dimensions: ['src'], packets: { comparison: 'gt', value: 1n } }),
];

test.each(refused.map((one) => [one.kind, one] as const))('%s is refused by name, with a way out', (kind, one) => {
  expect(lowerMatch(one, { family: 4 })).toMatchObject([{ kind: 'refuse', extension: kind, reason: expect.any(String) as string, hint: expect.any(String) as string }]);
});
