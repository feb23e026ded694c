import { describe, expect, test } from 'vitest';
import type { AssumptionId } from '../../src/ir/index.js';
import { compared, inputOf, table } from './inputs.js';
import { smtQuestions } from '../../src/verify/smt.js';

const rules = (...matches: readonly string[]): string => table('filter', ...matches.map((match) => `-A INPUT -p tcp ${match}`));
const osf = (test: string): string => rules(`-m osf ${test} -j DROP`);
const nft = (...lines: readonly string[]): string => `table ip filter {\n chain INPUT {\n  type filter hook input priority 0; policy accept;\n${lines.map((line) => `  ${line}\n`).join('')} }\n}\n`;
const verdict = (left: string, right: string, assume: readonly AssumptionId[] = []) => compared(left, right, { assume, only: ['INPUT'] }).kind;

describe('fingerprints of systems in a proof', () => {
  test('the same question is one, whatever the kernel does not look at', () => {
    expect(compared(osf('--genre Linux'), osf('--genre Linux --ttl 0'), { only: ['INPUT'] })).toMatchObject({ kind: 'equivalent', modulo: [{ kind: 'opaque', text: '-m osf --genre Linux' }] });
    expect(verdict(osf('--genre Linux'), osf('! --genre Linux'))).toBe('equivalent');
    expect(verdict(osf('--genre Linux --log 0'), osf('! --genre BSD --log 0'))).toBe('equivalent');
  });

  test('another system, another TTL, another log', () => {
    expect(verdict(osf('--genre Linux'), osf('--genre BSD'))).toBe('different');
    expect(verdict(osf('--genre Linux'), osf('--genre linux'))).toBe('different');
    expect(verdict(osf('--genre Linux'), osf('--genre Linux --ttl 1'))).toBe('different');
    expect(verdict(osf('--genre Linux'), osf('--genre Linux --log 0'))).toBe('different');
    expect(verdict(osf('--genre Linux --log 0'), osf('--genre Linux --log 1'))).toBe('different');
    expect(verdict(osf('--genre Linux --log 0'), osf('--genre Linux --log 1'), ['osf-unlogged'])).toBe('equivalent');
  });

  test('what one question says of another', () => {
    const drop = (test: string): string => `-m osf ${test} -j DROP`;
    // What fits by an equal TTL fits by any, and what fits of a system fits.
    expect(verdict(rules(drop('--genre Linux --ttl 2'), drop('--genre Linux')), osf('--genre Linux --ttl 2'))).toBe('equivalent');
    expect(verdict(rules(drop('--genre Linux --ttl 1'), drop('--genre Linux --ttl 2')), osf('--genre Linux --ttl 1'))).toBe('different');
    // One of any TTL, and SYN alone.
    expect(verdict(osf('--genre Linux'), rules('-m tcp --tcp-flags SYN SYN -m osf --genre Linux -j DROP'))).toBe('different');
    expect(verdict(osf('--genre Linux'), rules('-m tcp --tcp-flags SYN SYN -m osf --genre Linux -j DROP'), ['no-truncated-l4-headers'])).toBe('equivalent');
  });

  test('nft names the first that fits: another question, unless only one system fits', () => {
    expect(verdict(osf('--genre Linux'), nft('osf name "Linux" drop'))).toBe('different');
    expect(verdict(osf('--genre Linux'), nft('osf name "Linux" drop'), ['one-system-fits'])).toBe('equivalent');
    expect(verdict(osf('--genre Linux'), nft('osf ttl skip name "Linux" drop'), ['one-system-fits'])).toBe('different');
    expect(verdict(osf('--genre Linux'), nft('osf name != "Linux" drop'), ['one-system-fits'])).toBe('different');
    expect(verdict(osf('--genre x --ttl 2 --log 1'), nft('osf ttl skip name != "unknown" drop'), ['osf-unlogged'])).toBe('equivalent');
    expect(verdict(osf('--genre x --ttl 2 --log 1'), nft('osf ttl skip name != "unknown" drop'), ['one-system-fits'])).toBe('different');
  });

  test('in nft one packet is of one system', () => {
    expect(verdict(nft('osf name "a" drop', 'osf name "b" accept'), nft('osf name "b" accept', 'osf name "a" drop'))).toBe('equivalent');
    expect(verdict(nft('osf name "a" drop', 'osf ttl skip name "b" accept'), nft('osf ttl skip name "b" accept', 'osf name "a" drop'))).toBe('different');
    expect(verdict(nft('osf name { "a", "b" } drop'), nft('osf name "a" drop', 'osf name "b" drop'))).toBe('equivalent');
    expect(verdict(nft('osf name "a" accept', 'osf name != "a" drop'), nft('tcp flags syn osf name "a" accept', 'tcp flags syn drop'), ['no-truncated-l4-headers'])).toBe('equivalent');
    expect(verdict(nft('osf name "a" accept', 'osf name "unknown" accept', 'osf name != "a" drop'), nft('osf name "unknown" accept', 'osf name != "a" drop'))).toBe('equivalent');
  });

  test('for another solver too', () => {
    const asked = smtQuestions(inputOf(osf('--genre Linux')), inputOf(nft('osf name "Linux" drop')), { assume: ['one-system-fits'], only: ['INPUT'] });
    expect(asked.omitted).toEqual([]);
    expect(asked.text).toContain('fingerprint system');
    expect(asked.text).not.toContain('first-fingerprint');
  });
});
