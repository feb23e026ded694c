import { describe, expect, test } from 'vitest';
import { parseFingerprints } from '../../grammar/index.js';

const read = (text: string) => parseFingerprints(text, { file: 'prints' });
const windowOf = (window: string): unknown => read(`${window}:64:1:60:M*:X:1::x\n`).value[0]?.window;

describe('fingerprints in the form of pf.os', () => {
  test('a line, comments and blanks behind colons', () => {
    const { value, diagnostics } = read('# comment\n\nS4:64:1:60:M1460,S,T0,N,W%8:\t\tSome OS:2.6:sub:a description\n128:255:0:44:M*:@Other:::\n');
    expect(diagnostics).toEqual([]);
    expect(value).toEqual([
      { window: { kind: 'segments', number: 4 }, ttl: 64, dontFragment: true, length: 60, system: 'Some OS', options: [{ kind: 2, bytes: 4 }, { kind: 4, bytes: 2 }, { kind: 8, bytes: 10 }, { kind: 1, bytes: 1 }, { kind: 3, bytes: 3 }] },
      { window: { kind: 'exactly', number: 128 }, ttl: 255, dontFragment: false, length: 44, system: 'Other', options: [{ kind: 2, bytes: 4 }] },
    ]);
  });

  test.each([
    ['*', { kind: 'any' }],
    ['0', { kind: 'any' }],
    ['65535', { kind: 'exactly', number: 65535 }],
    ['S4', { kind: 'segments', number: 4 }],
    ['S%4', { kind: 'segments', number: 4 }],
    ['S*', { kind: 'segments', number: 0 }],
    ['T2', { kind: 'packets', number: 2 }],
    ['%512', { kind: 'multiple', number: 512 }],
  ])('the window %s', (window, form) => expect(windowOf(window)).toEqual(form));

  test('options: the letter counts, a dot is none, what is unknown is left out under a warning', () => {
    const { value, diagnostics } = read('1:1:0:40:.:X:::\n1:1:0:44:E,N,?5,Nothing:X:::\n');
    expect(value.map(({ options }) => options.map(({ kind }) => kind))).toEqual([[], [0, 1, 1]]);
    expect(diagnostics).toMatchObject([{ code: 'fingerprint-option', severity: 'warning', line: 2, column: 14, endColumn: 16 }]);
  });

  test('a name is cut to what the kernel keeps', () => expect(read(`1:1:0:40:.:${'n'.repeat(40)}:::\n`).value[0]?.system).toBe('n'.repeat(31)));

  test.each([
    ['nothing of it', 1, 14, /1 parts .* not 9/],
    ['S4:64:1:60:M*:Linux:2.6:', 1, 25, /8 parts/],
    ['x:64:1:60:M*:X:::', 1, 2, /window is "x"/],
    [' S4:64:1:60:M*:X:::', 1, 4, /window/],
    ['%0:64:1:60:M*:X:::', 1, 3, /divide/],
    ['4294967296:64:1:60:M*:X:::', 1, 11, /32 bits/],
    ['1:256:1:60:M*:X:::', 3, 6, /TTL is "256", not a number from 0 to 255/],
    ['1:64:y:60:M*:X:::', 6, 7, /don't fragment/],
    ['1:64:1: 6x :M*:X:::', 9, 12, /length is "6x"/],
    [`1:64:1:60:${'N,'.repeat(41)}:X:::`, 11, 93, /40 options/],
    [`1:64:1:60:M${'1'.repeat(126)}:X:::`, 11, 138, /126 bytes/],
    [`1:64:1:60:M*:X:::${'x'.repeat(1006)}`, 1, 1024, /1022 bytes/],
  ])('%s', (line, column, endColumn, message) => {
    const { value, diagnostics } = read(`# first\n${line}\n`);
    expect(value).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'bad-fingerprint', severity: 'error', file: 'prints', line: 2, column, endColumn, message: expect.stringMatching(message) as string }]);
  });

  test('without a newline the last byte is lost, as it is to nfnl_osf', () => {
    expect(read('1:1:0:40:.:X:::x').diagnostics).toEqual([]);
    expect(read('1:1:0:40:.:X:::').diagnostics).toMatchObject([{ code: 'bad-fingerprint' }]);
  });
});
