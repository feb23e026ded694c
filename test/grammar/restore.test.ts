import { describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';

const body = (lines: string, table = 'filter'): string => `*${table}\n${lines}\nCOMMIT\n`;

/** The `:`, `-A` and `-E` lines that come out, those of empty built-in chains left out; and the codes on the way. */
function run(text: string, family: 4 | 6 = 4): { readonly lines: readonly string[]; readonly codes: readonly string[] } {
  const { value, diagnostics } = parse(text, { file: 'test', family });
  const lines = print(value, { counters: false }).value.split('\n');
  return {
    lines: lines.filter((line) => /^(-|:)/.test(line) && !/^:[A-Z]+ ACCEPT \[0:0\]$/.test(line)),
    codes: diagnostics.map((one) => `${one.code}@${one.line}`),
  };
}

/** Every expectation was seen from iptables-legacy-restore and -save 1.8.9. */
describe('commands in order', () => {
  test.each<[string, string, readonly string[]]>([
    ['append anywhere in the line', '-s 1.1.1.1 -A INPUT', ['-A INPUT -s 1.1.1.1/32']],
    ['lists make a cross product', '-A INPUT -s 1.1.1.1,2.2.2.2 -d 3.3.3.3,4.4.4.4', [
      '-A INPUT -s 1.1.1.1/32 -d 3.3.3.3/32', '-A INPUT -s 1.1.1.1/32 -d 4.4.4.4/32',
      '-A INPUT -s 2.2.2.2/32 -d 3.3.3.3/32', '-A INPUT -s 2.2.2.2/32 -d 4.4.4.4/32',
    ]],
    ['inserted lists come out in reverse', '-A INPUT -j DROP\n-I INPUT -s 1.1.1.1,2.2.2.2', ['-A INPUT -s 2.2.2.2/32', '-A INPUT -s 1.1.1.1/32', '-A INPUT -j DROP']],
    ['insert at a place', '-A INPUT -j DROP\n-I INPUT 2 -j ACCEPT\n-I INPUT 0x1', ['-A INPUT', '-A INPUT -j DROP', '-A INPUT -j ACCEPT']],
    ['delete by text', '-A INPUT -i eth0\n-A INPUT\n-A INPUT -i eth0\n-D INPUT -i eth0', ['-A INPUT', '-A INPUT -i eth0']],
    ['delete by text does not see + or counters', '-A INPUT\n-A INPUT -s 1.1.1.1 -c 1 2\n-D INPUT -i +\n-D INPUT -s 1.1.1.1', []],
    ['delete by number', '-A INPUT -i a\n-A INPUT -i b\n-D INPUT 1', ['-A INPUT -i b']],
    ['replace', '-A INPUT\n-R INPUT 1 -j DROP', ['-A INPUT -j DROP']],
    ['flush and delete', ':a -\n-A INPUT -j a\n-F INPUT\n-X', []],
    ['rename moves the jumps', ':a -\n-A INPUT -j a\n-E a b\n-A b -j ACCEPT', [':b - [0:0]', '-A INPUT -j b', '-A b -j ACCEPT']],
    ['policy', '-P INPUT DROP -c 5 6', [':INPUT DROP [0:0]']],
    ['a line for the other family has no rule', '-A INPUT -6 -j ACCEPT\n-6 -A NOSUCH\n-A NOSUCH -s bogus -6', []],
    ['but what stood before -6 takes effect', '-N foo -6\n-A INPUT\n-F INPUT -6', [':foo - [0:0]']],
    ['-4 changes nothing', '-A INPUT -4 -j ACCEPT', ['-A INPUT -j ACCEPT']],
    ['short options in a row', '-A INPUT -vfj ACCEPT', ['-A INPUT -f -j ACCEPT']],
    ['prefixes and synonyms', '-A INPUT --dst 1.2.3.4 --proto tcp --jum ACCEPT', ['-A INPUT -d 1.2.3.4/32 -p tcp -j ACCEPT']],
    ['attached forms', ':U -\n-AINPUT -gU\n--append=INPUT --goto=U', [':U - [0:0]', '-A INPUT -g U', '-A INPUT -g U']],
    ['a lone -- at the end', '-A INPUT -j ACCEPT --', ['-A INPUT -j ACCEPT']],
    ['an interface called !', '-A INPUT -i !', ['-A INPUT -i !']],
    ['/0 tests nothing unless negated', '-A INPUT -s any/0 ! -d 0/0', ['-A INPUT ! -d 0.0.0.0/0']],
    ['counters may touch the command', '[5:6]-A INPUT', ['-A INPUT']],
    ['a chain named like a target hides it', ':LOG -\n-A INPUT -j LOG', [':LOG - [0:0]', '-A INPUT -j LOG']],
    ['a name declared once is no target to -N any more', ':LOG -\n-X LOG\n-N LOG', [':LOG - [0:0]']],
    ['names with odd first letters', ':-foo -\n:!x -\n-A -foo -j !x\n-I -foo 1', [':!x - [0:0]', ':-foo - [0:0]', '-A -foo', '-A -foo -j !x']],
  ])('%s', (_name, lines, expected) => {
    const { lines: found, codes } = run(body(lines));
    expect(codes).toEqual([]);
    expect(found).toEqual(expected);
  });

  test('names that only -E can give are given by -E again', () => {
    const text = body(':a -\n-A INPUT -j a\n-E a "b c"');
    const { value } = parse(text, { file: 'test', family: 4 });
    const printed = print(value, { counters: false }).value;
    expect(printed).toContain(':chain-1 - [0:0]\n-A INPUT -j chain-1\n-E chain-1 "b c"\nCOMMIT\n');
    expect(print(parse(printed, { file: 'test', family: 4 }).value, { counters: false }).value).toBe(printed);
  });

  test('a colon behind the bracket cuts the line', () => {
    expect(run(body('[5] -A INPUT -j ACCEPT -s 1.1.1.1 -i a:b'))).toEqual({ lines: ['-A INPUT -s 1.1.1.1/32 -i a -j ACCEPT'], codes: ['counters-not-read@2'] });
  });

  test('an attached value of a core option is the whole word', () => {
    expect(run(body('-A INPUT -ieth0'))).toEqual({ lines: ['-A INPUT -i -ieth0'], codes: ['attached-value@2'] });
    expect(run(body('-A INPUT -s1.1.1.1')).codes).toEqual(['attached-value@2', 'bad-address@2']);
  });
});

describe('refused with the line', () => {
  test.each<[string, string, string]>([
    ['a rule number past the end', '-I INPUT 2', 'no-such-rule@2'],
    ['rule number 0', '-I INPUT 0', 'bad-rule-number@2'],
    ['a rule range', '-D INPUT 1:2', 'bad-rule-number@2'],
    ['deleting what is not there', '-A INPUT -i eth0\n-D INPUT -i eth+', 'no-such-rule-text@3'],
    ['replacing by a list', '-A INPUT\n-R INPUT 1 -s 1.1.1.1,2.2.2.2', 'replace-many@3'],
    ['a chain that is not there', '-A nosuch', 'no-such-chain@2'],
    ['a jump to nowhere', '-A INPUT -j nosuch', 'no-such-target@2'],
    ['a jump to a built-in chain', '-A INPUT -j OUTPUT', 'jump-to-base-chain@2'],
    ['goto a verdict', '-A INPUT -g ACCEPT', 'goto-no-chain@2'],
    ['a chain declared twice', ':a -\n:a -', 'chain-exists@3'],
    ['a chain named like a verdict', ':DROP -', 'chain-exists@2'],
    ['a policy on a user chain', ':a ACCEPT', 'user-chain-policy@2'],
    ['no policy', ':a', 'missing-policy@2'],
    ['a bad policy', ':INPUT REJECT', 'bad-policy@2'],
    ['29 bytes', ':12345678901234567890123456789 -', 'chain-name-too-long@2'],
    ['-N with the name of a target', '-N LOG', 'bad-chain-name@2'],
    ['-N with a dash', '-N -x', 'bad-chain-name@2'],
    ['deleting a chain in use', ':a -\n-A INPUT -j a\n-X a', 'chain-in-use@4'],
    ['renaming a built-in chain', '-E INPUT x', 'base-chain-fixed@2'],
    ['renaming to a taken name', ':a -\n-E a INPUT', 'chain-exists@3'],
    ['two commands', '-A INPUT -D OUTPUT', 'two-commands@2'],
    ['no command', '-s 1.1.1.1', 'no-command@2'],
    ['only blanks', '  ', 'blank-line@2'],
    ['-t', '-A INPUT -t nat', 'unusable-command@2'],
    ['-L', '-L', 'unusable-command@2'],
    ['tests with -F', '-F INPUT -s 1.1.1.1', 'illegal-option@2'],
    ['-n', '-A INPUT -n', 'illegal-option@2'],
    ['-s twice', '-A INPUT -s 1.1.1.1 --source 1.1.1.1', 'repeated-option@2'],
    ['-j and -g', ':a -\n-A INPUT -j a -g a', 'repeated-option@3'],
    ['! twice', '-A INPUT ! ! -s 1.1.1.1', 'double-negation@2'],
    ['! -j', '-A INPUT ! -j ACCEPT', 'not-negatable@2'],
    ['! at the end', '-A INPUT !', 'dangling-negation@2'],
    ['! before a list', '-A INPUT ! -s 1.1.1.1,2.2.2.2', 'negated-list@2'],
    ['! -p all', '-A INPUT ! -p all', 'never-matches@2'],
    ['a stray word', '-A INPUT x', 'unexpected-word@2'],
    ['a comment behind a rule', '-A INPUT # x', 'unexpected-word@2'],
    ['an ambiguous prefix', '-A INPUT --s 1.1.1.1', 'ambiguous-option@2'],
    ['an unknown option', '-A INPUT --dport 80 -p tcp', 'unknown-option@2'],
    ['a value that is missing', '-A INPUT -s', 'missing-value@2'],
    ['a value too many', '-A INPUT --fragments=1', 'option-without-value@2'],
    ['-c without bytes', '-A INPUT -c 5', 'bad-counter-value@2'],
    ['an open bracket', '[5 -A INPUT', 'bad-counters@2'],
    ['an unknown match', '-A INPUT -m nosuch', 'unknown-match@2'],
    ['an empty target', '-A INPUT -j ""', 'bad-target-name@2'],
    ['-o in INPUT', '-A INPUT -o eth0', 'interface-not-here@2'],
    ['-i in OUTPUT', '-A OUTPUT -i +', 'interface-not-here@2'],
    ['a loop', ':a -\n:b -\n-A a -j b\n-A b -j a\n-A INPUT -j a', 'chain-loop@5'],
  ])('%s', (_name, lines, expected) => {
    expect(run(body(lines)).codes).toEqual([expected]);
  });

  test('every bad line has its own error, and the good ones remain', () => {
    const { lines, codes } = run(body('-A INPUT -x\n-A INPUT -j ACCEPT\n-A INPUT -s 1.1.1\n-A nosuch\n-A INPUT -s 1.1.1.300'));
    expect(codes).toEqual(['illegal-option@2', 'no-such-chain@5', 'bad-address@6']);
    expect(lines).toEqual(['-A INPUT -j ACCEPT', '-A INPUT -s 1.1.1.0/32']);
  });

  test('DROP in nat', () => {
    expect(run(body('-A PREROUTING -j DROP', 'nat')).codes).toEqual(['drop-in-nat@2']);
    expect(run(body(':u -\n-A u -g DROP', 'nat')).codes).toEqual(['drop-in-nat@3']);
    expect(run(body('-P PREROUTING DROP', 'nat')).codes).toEqual(['drop-in-nat@2']);
    expect(run(body(':PREROUTING DROP [0:0]', 'nat')).codes).toEqual([]);
  });

  test('-f does not exist in IPv6', () => {
    expect(run(body('-A INPUT -f'), 6).codes).toEqual(['wrong-family-option@2']);
  });

  test('-p all says something in IPv6, so it is kept and told apart', () => {
    expect(run(body('-A INPUT -p all -j ACCEPT'), 6)).toEqual({ lines: ['-A INPUT -p all -j ACCEPT'], codes: ['lossy-save@2'] });
    expect(run(body('-A INPUT -p all\n-D INPUT'), 6).codes).toEqual(['lossy-save@2', 'no-such-rule-text@3']);
    expect(run(body('-A INPUT -p all\n-D INPUT'))).toEqual({ lines: [], codes: [] });
  });

  test('a span that an editor can underline', () => {
    const { diagnostics } = parse('*filter\n-A INPUT -s 10.0.0.300 -j ACCEPT\nCOMMIT\n', { file: 'f', family: 4 });
    expect(diagnostics).toMatchObject([{ line: 2, column: 13, endColumn: 23, table: 'filter', chain: 'INPUT', rule: 1 }]);
  });
});

describe('loops and verdicts without tests', () => {
  test.each<[string, string]>([
    ['a loop that nothing reaches', ':a -\n:b -\n-A a -j b\n-A b -j a'],
    ['a loop behind a verdict', ':a -\n-A a -j RETURN\n-A a -j a\n-A INPUT -j a'],
  ])('%s is taken', (_name, lines) => {
    expect(run(body(lines)).codes).toEqual([]);
  });

  test('an interface + is a test to the kernel', () => {
    expect(run(body(':a -\n-A a -i + -j RETURN\n-A a -j a\n-A INPUT -j a')).codes).toEqual(['chain-loop@4']);
  });
});

describe('the file around the rules', () => {
  test('the last block of a table wins, policies stay', () => {
    const { value } = parse('*filter\n:INPUT DROP [0:0]\n:a -\n-A INPUT -j a\nCOMMIT\n*filter\n-A INPUT -j ACCEPT\nCOMMIT\n', { file: 'f', family: 4 });
    expect(print(value, { counters: false }).value).toBe('*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n');
  });

  test('tables come in their order', () => {
    const { value } = parse('*filter\nCOMMIT\n* nat\nCOMMIT\n*raw x\nCOMMIT\n', { file: 'f', family: 4 });
    expect(value.tables.map((table) => table.name)).toEqual(['raw', 'nat', 'filter']);
  });

  test('counters', () => {
    const { value, diagnostics } = parse('*filter\n:INPUT DROP [1:2]\n:OUTPUT DROP [x\n[3:4] -A INPUT\n[a:b] -A INPUT -c 5 6\nCOMMIT\n', { file: 'f', family: 4 });
    expect(diagnostics.map((one) => one.code)).toEqual(['counters-not-read', 'counters-not-read']);
    const text = print(value, { counters: true }).value;
    expect(text).toContain(':INPUT DROP [1:2]\n');
    expect(text).toContain(':OUTPUT DROP [0:0]\n[3:4] -A INPUT\n[5:6] -A INPUT\n');
  });

  test.each<[string, string, readonly string[]]>([
    ['outside a table', '-A INPUT\n*filter\nCOMMIT\n', ['unknown-line@1']],
    ['COMMIT outside a table', 'COMMIT\n', ['unknown-line@1']],
    ['no COMMIT', '*filter\n-A INPUT\n', ['missing-commit@2']],
    ['no COMMIT before the next table', '*filter\n-A INPUT\n*nat\nCOMMIT\n', ['missing-commit@3']],
    ['an unknown table', '*fliter\n-A INPUT -x\nCOMMIT\n*filter\nCOMMIT\n', ['unknown-table@1']],
    ['a table without a name', '*\n', ['missing-table-name@1']],
    ['an indented comment', '*filter\n # x\nCOMMIT\n', ['unexpected-word@2']],
    ['an indented COMMIT', '*filter\n COMMIT\n', ['unexpected-word@2', 'missing-commit@2']],
    ['a null byte', '*filter\n-A INPUT\0 -x\nCOMMIT\n', ['null-byte@2']],
    ['an open quote', '*filter\n-A INPUT -i "a\nCOMMIT\n', ['unclosed-quote@2', 'lossy-save@2']],
  ])('%s', (_name, text, expected) => {
    expect(run(text).codes).toEqual(expected);
  });

  test.each<[string, string, readonly string[]]>([
    ['no final newline', '*filter\n-A INPUT\nCOMMIT', ['no-final-newline@3']],
    ['DOS line ends', '*filter\r\n:INPUT DROP [0:0]\r\n\r\n-A INPUT -j ACCEPT\r\nCOMMIT\r\n', ['carriage-returns@1']],
    ['blanks behind COMMIT', '*filter\n-A INPUT\nCOMMIT \t\n', ['commit-blanks@3']],
    ['negation behind the option', '*filter\n-A INPUT -s ! 1.1.1.1 -i ! eth0 -p ! tcp\nCOMMIT\n', ['old-negation@2', 'old-negation@2', 'old-negation@2']],
  ])('%s is read under a warning', (_name, text, expected) => {
    const { value, diagnostics } = parse(text, { file: 'f', family: 4 });
    expect(diagnostics.map((one) => `${one.code}@${one.line}`)).toEqual(expected);
    expect(diagnostics.every((one) => one.severity === 'warning')).toBe(true);
    expect(value.tables[0]?.chains[0]?.rules).toHaveLength(1);
  });

  test('a newline that an open quote swallowed is printed so that it is read again', () => {
    const text = '*filter\n-A INPUT -i eth0 -j ACCEPT -m comment --comment "a b\nCOMMIT\n';
    const { value } = parse(text, { file: 'f', family: 4 });
    const printed = print(value, { counters: false }).value;
    expect(printed).toContain('-A INPUT -i eth0 -j ACCEPT -m comment --comment "a b\nCOMMIT');
    expect(print(parse(printed, { file: 'f', family: 4 }).value, { counters: false }).value).toBe(printed);
  });

  test('limits of iptables-restore', () => {
    const words = (count: number): string => body(`-A INPUT ${'-v '.repeat(count - 2)}`);
    expect(run(words(251)).codes).toEqual([]);
    expect(run(words(252)).codes).toEqual(['too-many-words@2']);
    expect(run(body(`-A INPUT -s ${'1'.repeat(1024)}`)).codes).toEqual(['word-too-long@2']);
    expect(run(body(`-A INPUT${' '.repeat(10_231)}`)).codes).toEqual([]);
    expect(run(`*filter\n#${'x'.repeat(10_238)}-A INPUT -j DROP\nCOMMIT\n`)).toEqual({ lines: ['-A INPUT -j DROP'], codes: ['line-too-long@2'] });
  });
});

describe('the family', () => {
  test.each<[string, 4 | 6, boolean]>([
    ['# Generated by ip6tables-save v1.8.9 on x\n*filter\nCOMMIT\n', 6, false],
    ['# Generated by iptables-nft-save v1.8.9 (nf_tables)\n*filter\nCOMMIT\n', 4, false],
    ['*filter\n-A INPUT -s ::1/128\nCOMMIT\n', 6, false],
    ['*filter\n-A INPUT -s 10.0.0.0/8\nCOMMIT\n', 4, false],
    ['*filter\n-A INPUT -p ipv6-icmp\nCOMMIT\n', 6, false],
    ['*filter\n-A INPUT -6 -s ::1\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n', 4, false],
    ['*filter\n-A INPUT -j ACCEPT\nCOMMIT\n', 4, true],
  ])('%j', (text, family, assumed) => {
    const { value, diagnostics } = parse(text, { file: 'f' });
    expect(value.family).toBe(family);
    expect(diagnostics.some((one) => one.code === 'family-assumed')).toBe(assumed);
  });
});
