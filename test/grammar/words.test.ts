import { describe, expect, test } from 'vitest';
import { parseChainLine, parseCommandLine, parseTableLine } from '../../grammar/parser.js';

/** Expected words are what iptables-restore 1.8.9 made of the line (see test/kernel/words.test.ts, which asks it). */
const words = (text: string): string[] => parseCommandLine(text, 0).words.map((word) => word.text);

describe('words of a command', () => {
  test.each([
    ['blanks and tabs separate', ' -A\tINPUT  -j ACCEPT \n', ['-A', 'INPUT', '-j', 'ACCEPT']],
    ['a closing quote ends the word', 'a"b c"d\n', ['ab c', 'd']],
    ['quotes side by side are words of their own', '"a""b"\n', ['a', 'b']],
    ['the empty word', '--comment "" x\n', ['--comment', '', 'x']],
    ['backslash works inside quotes', '"a\\"b\\\\c\\n"\n', ['a"b\\cn']],
    ['backslash is ordinary outside', 'a\\ b\n', ['a\\', 'b']],
    ['single quotes are ordinary', "'a b'\n", ["'a", "b'"]],
    ['an open quote takes the newline', '-j "a b\n', ['-j', 'a b\n']],
    ['an open quote behind a backslash takes the newline', '"a\\\n', ['a\n']],
    ['options may be quoted', '"-A" INPUT\n', ['-A', 'INPUT']],
    ['a hash is ordinary', 'a #b\n', ['a', '#b']],
    ['control bytes and broken UTF-8 are ordinary', 'a\u0001b \udcff\n', ['a\u0001b', '\udcff']],
    ['nothing', ' \t\n', []],
  ])('%s', (_name, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('columns span the word as written, quotes included', () => {
    expect(parseCommandLine('-j "a\\"b"  x', 10).words).toEqual([
      { text: '-j', column: 11, endColumn: 13 },
      { text: 'a"b', column: 14, endColumn: 20 },
      { text: 'x', column: 22, endColumn: 23 },
    ]);
  });

  test('an open quote is told', () => {
    expect(parseCommandLine('a "b', 0).open).toBe(true);
    expect(parseCommandLine('a "b"', 0).open).toBe(false);
  });
});

describe('table and chain lines', () => {
  test('quotes mean nothing there', () => {
    expect(parseChainLine('"a b" -', 1).chain?.text).toBe('"a');
    expect(parseTableLine(' filter  rest', 1).name).toEqual({ text: 'filter', column: 3, endColumn: 9 });
  });

  test('parts may be missing', () => {
    expect(parseChainLine('  ', 1)).toEqual({});
    expect(parseChainLine('x', 1).policy).toBeUndefined();
  });
});

describe('every short line of nasty characters is read', () => {
  const alphabet = ['a', '"', '\\', ' ', '\n', '!', '\u0001', '\ud800'];
  const lines = (length: number): string[] => (length === 0 ? [''] : lines(length - 1).flatMap((line) => alphabet.map((char) => line + char)));

  test('without a crash, and words never hold a quote mark from the syntax', () => {
    for (const line of lines(4)) {
      const { words: found, open } = parseCommandLine(line, 0);
      const quotes = line.replace(/\\[^]/g, '').split('"').length - 1;
      if (!line.includes('\\')) expect(open).toBe(quotes % 2 === 1);
      expect(found.every((word) => word.endColumn > word.column)).toBe(true);
    }
  });
});
