import { describe, expect, test } from 'vitest';
import { interpret, packet } from './judging.js';

const udp = { kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array(4) } as const;

/** Which packets are within the rate, by their clocks in seconds. */
function within(words: string, times: readonly number[]): string {
  const { judge } = interpret(4, `-A FORWARD -m hashlimit --hashlimit-upto ${words} --hashlimit-name a -j MARK --set-mark 1`, { sequence: true });
  return times.map((time) => (judge(packet(udp, {}, { time })).mark === 1 ? 'y' : 'n')).join('');
}

describe('hashlimit on the packets\' own clock', () => {
  test('a token comes back at its rate', () => expect(within('1/sec --hashlimit-burst 1', [0, 0.5, 0.996, 1, 1.5, 2])).toBe('ynnyny'));
  test('no more than the burst', () => expect(within('1/sec --hashlimit-burst 2', [0, 0, 0, 60, 60, 60])).toBe('yynyyn'));
  test('a bucket of bytes is filled in a second, and at once while the burst lasts', () => expect(within('16b/s --hashlimit-burst 32b', [0, 0, 0, 0, 0.9, 1.9])).toBe('yyynny'));
  test('a key that rests for so long is forgotten', () => expect(within('1/hour --hashlimit-burst 1 --hashlimit-htable-expire 1000 --hashlimit-mode srcip', [0, 0.9, 1.8, 2.8])).toBe('ynny'));
  test('an interval with too many makes the next one wait', () => expect(within('1/sec --hashlimit-burst 1 --hashlimit-rate-match --hashlimit-rate-interval 10 --hashlimit-htable-expire 60000', [0, 0, 0, 9.9, 10, 20])).toBe('yynnny'));
});
