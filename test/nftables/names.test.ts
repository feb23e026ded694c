import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength } from '../../src/ir/index.js';
import { decodeName, encodeName, helperName, isTableName, nameLimit } from '../../targets/nftables/names.js';
import { keywords } from '../../targets/nftables/keywords.js';

/** Anything a chain may be called: bytes, also such as are no UTF-8. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 28 }),
  fc.constantFrom(...keywords, '_.x', '_/reject', '_', '.', '~comb0', '%x', '1.2.3.4-in', 'a@b', 'x,y', 'ü', '\udc80\udcff', 'a b', 'x"; flush ruleset; #'),
);

describe('names in nft', () => {
  test.each([
    ['INPUT', 'INPUT'],
    ['fail2ban-ssh', 'fail2ban-ssh'],
    ['reject', '_/reject'],
    ['~comb0', '_//7ecomb0'],
    ['1.2.3.4-in', '_/1.2.3.4-in'],
    ['a/b', '_/a/2fb'],
    ['_.own', '_/_.own'],
    ['ü', '_//c3/bc'],
  ])('%s is written %s', (name, written) => {
    expect(encodeName(name)).toBe(written);
    expect(decodeName(written)).toBe(name);
  });

  test('every name comes back, and is one that nft takes', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const written = encodeName(name);
        expect(decodeName(written)).toBe(name);
        expect(written).toMatch(/^[A-Za-z_.][A-Za-z0-9/_.-]*$/);
        expect(keywords.has(written)).toBe(false);
      }),
    );
  });

  test('two names never become one, nor one of our own', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        if (one !== other) expect(encodeName(one)).not.toBe(encodeName(other));
        expect(encodeName(one).startsWith('_.')).toBe(false);
      }),
    );
    expect(decodeName(helperName('INPUT', '3.1'))).toBeUndefined();
  });

  test('28 bytes of anything fit, with what stands around them', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        if (byteLength(name) <= 28) expect(helperName(name, 'late.100000.rest').length).toBeLessThanOrEqual(nameLimit);
      }),
    );
  });

  test('table names are never written otherwise', () => {
    expect(isTableName('myfilter')).toBe(true);
    expect(isTableName('my filter')).toBe(false);
    expect(isTableName('1filter')).toBe(false);
    expect(isTableName(`${'x'.repeat(122)}filter`)).toBe(false);
  });
});
