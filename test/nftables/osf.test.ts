import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { AssumptionId, CoreRule, Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readJsonScript } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';

const both = ['one-system-fits', 'osf-unlogged'] as const;
const programOf = (match: string): Program => ({ rulesets: [parse(`*filter\n-A INPUT -p tcp -m osf ${match} -j DROP\nCOMMIT\n`, { file: 'rules', family: 4 }).value], sets: [] });
const carried = (match: string, assume: readonly AssumptionId[] = both, to: 'nft' | 'nft-json' = 'nft', strict = false) => translate(programOf(match), { to, strict, assume });

describe('osf in nft', () => {
  test.each([
    ['--genre Linux', 'osf name "Linux"', ['one-system-fits']],
    ['--genre Linux --ttl 0', 'osf name "Linux"', ['one-system-fits']],
    ['--genre Linux --ttl 1', 'osf ttl loose name "Linux"', ['one-system-fits']],
    ['--genre "RISC OS" --ttl 2', 'osf ttl skip name "RISC OS"', ['one-system-fits']],
    // The kernel does not look at the `!`, and with --log at no name.
    ['! --genre Linux', 'osf name "Linux"', ['one-system-fits']],
    ['--genre Linux --log 0', 'osf name != "unknown"', ['osf-unlogged']],
    ['! --genre unknown --ttl 1 --log 2', 'osf ttl loose name != "unknown"', ['osf-unlogged']],
  ] as const)('%s', (match, nft, assumptions) => {
    for (const strict of [false, true]) {
      const result = carried(match, both, 'nft', strict);
      expect(result.text).toContain(`\t\tmeta l4proto tcp ${nft} counter drop\n`);
      expect(result.assumptions).toEqual(assumptions);
    }
  });

  test('as JSON', () => {
    expect(carried('--genre Linux', both, 'nft-json').text).toContain('{"match":{"op":"==","left":{"osf":{"key":"name"}},"right":"Linux"}}');
    expect(carried('--genre Linux --ttl 1 --log 0', both, 'nft-json').text).toContain('{"match":{"op":"!=","left":{"osf":{"key":"name","ttl":"loose"}},"right":"unknown"}}');
    expect(carried('--genre "a\\"b"', both, 'nft-json').text).toContain('"right":"a\\"b"');
  });

  test.each([
    ['--genre Linux', [], /one-system-fits, which must be accepted by name/],
    ['--genre Linux --log 0', ['one-system-fits'], /osf-unlogged, which must be accepted by name/],
    ['--genre unknown', both, /calls so what fits no fingerprint/],
    ['--genre ""', both, /no empty name/],
    ['--genre abcdefghijklmno', both, /15 bytes/],
    ['--genre ééééééeé', both, /15 bytes/],
    ['--genre "a\\"b"', both, /no escape for quotes/],
    ['--genre Linux*', both, /a star/],
    ['--genre @x', both, /leading @/],
    ['--genre "a\\\\b"', both, /backslash/],
  ] as const)('%s under %j is refused', (match, assume, message) => {
    const { text, diagnostics } = carried(match, assume);
    expect(text).toBeUndefined();
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([{ code: 'nft-cannot-say', line: 2, column: 20, message: expect.stringMatching(message) as string, hint: expect.any(String) as string }]);
  });
});

describe('read again', () => {
  const ruleOf = (text: string): CoreRule | undefined => {
    const { value } = text.startsWith('{') ? readJsonScript(text, { file: '-' }) : readText(text, { file: '-', form: 'script' });
    if (value === undefined) throw new Error('unreadable');
    return raise(value, { file: '-' }).value.rulesets.find(({ family }) => family === 4)?.tables[0]?.chains[0]?.rules[0];
  };
  const ofText = (test: string, family = 'ip') => ruleOf(`table ${family} t {\n chain c {\n type filter hook input priority 0;\n ${test} drop\n }\n}\n`);
  const tcp = { kind: 'field', field: 'ip.protocol' };
  const syn = [{ kind: 'present', what: { kind: 'transport', bytes: 20 } }, { kind: 'field', field: 'tcp.flags', mask: 2n }];
  const first = (ttl: string, system?: string) => ({ kind: 'external', test: { kind: 'first-fingerprint', ttl, ...(system === undefined ? {} : { system }) } });
  const steps = (...predicates: readonly unknown[]) => ({ steps: predicates.map((predicate) => ({ kind: 'test', predicate })) });

  test.each([
    ['osf name "Linux"', steps(tcp, first('equal', 'Linux'))],
    ['osf ttl loose name Linux', steps(tcp, first('at-most', 'Linux'))],
    ['osf ttl skip name { "Linux", "RISC OS" }', steps(tcp, { kind: 'or', operands: [first('any', 'Linux'), first('any', 'RISC OS')] })],
    ['osf name != "Linux"', steps(tcp, ...syn, { kind: 'not', operand: first('equal', 'Linux') })],
    ['osf name "unknown"', steps(tcp, ...syn, { kind: 'not', operand: first('equal') })],
    ['osf name != "unknown"', steps(tcp, first('equal'))],
  ])('%s', (text, rule) => {
    expect(ofText(text)).toMatchObject(rule);
    expect(ofText(text, 'inet')).toMatchObject(rule);
  });

  // A star takes every name that begins so, and with a version the names are others.
  test.each(['osf name "Lin*"', 'osf version "Linux:3.0"', 'osf name @s'])('%s is opaque', (text) => expect(ofText(text)?.steps.some(({ kind }) => kind === 'refuse')).toBe(true));

  test('of what nft prints as JSON', () => {
    const json = (right: unknown) => JSON.stringify({ nftables: [{ add: { table: { family: 'ip', name: 't' } } }, { add: { chain: { family: 'ip', table: 't', name: 'c', type: 'filter', hook: 'input', prio: 0 } } }, { add: { rule: { family: 'ip', table: 't', chain: 'c', expr: [{ match: { op: '==', left: { osf: { key: 'name', ttl: 'skip' } }, right } }, { drop: null }] } } }] });
    expect(ruleOf(json('Linux'))).toMatchObject(steps(tcp, first('any', 'Linux')));
    expect(ruleOf(json({ set: ['BSD', 'Linux'] }))).toMatchObject(steps(tcp, { kind: 'or', operands: [first('any', 'BSD'), first('any', 'Linux')] }));
  });
});
