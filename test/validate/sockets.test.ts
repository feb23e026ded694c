import { expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { Family, Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { validateNft, type Validation } from '../../src/validate/index.js';

function program(family: Family, ...rules: readonly string[]): Program {
  const { value, diagnostics } = parse(`*mangle\n${rules.join('\n')}\nCOMMIT\n`, { file: 'rules', family });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { rulesets: [value], sets: [] };
}

/** The translation of the rules, `changed`, read again. */
function read(family: Family, rules: readonly string[], changed: (script: string) => string = (script) => script): Validation['verification']['kind'] {
  const { text = '', assumptions } = translate(program(family, ...rules), { to: 'nft', strict: false, assume: [] });
  return validateNft(program(family, ...rules), { text: changed(text), notation: 'nft', assumptions }).verification.kind;
}

/** Measured: legacy holds back a fragment where a rule asks for sockets, or hands packets to one, even where nothing jumps to it. */
it.each([
  [4, '-A PREROUTING -m socket -j DROP'],
  [6, '-A PREROUTING -m socket --transparent -j DROP'],
  [4, '-N apart\n-A apart -m socket --nowildcard'],
  [4, '-A PREROUTING -p tcp -m tcp -j TPROXY --on-port 1'],
] as const)('IPv%i, %s: fragments are put together, as the translation has it done', (family, rule) => {
  expect(read(family, [rule])).toBe('equivalent');
});

it('without what has fragments put together it is another rule set', () => {
  expect(read(4, ['-A PREROUTING -m socket -j DROP'], (script) => script.replace(/\n\tchain _.reassembly \{[^}]*\}\n/, ''))).toBe('different');
});

/** As the kernel's sources have it, not measured: the mark is taken over as soon as the sockets are found, whatever the rest of the rule says. */
it.each([
  '-A PREROUTING -m socket --restore-skmark',
  '-A PREROUTING -s 10.0.0.0/8 -m socket --transparent --nowildcard --restore-skmark -m mark --mark 5 -j DROP',
  '-A INPUT -m socket --restore-skmark -m socket --transparent --restore-skmark -j ACCEPT',
])('%s: the mark of the socket is taken over', (rule) => {
  expect(read(4, [rule])).toBe('equivalent');
  expect(read(4, [rule], (script) => script.replace(/^.* meta mark set socket mark$/m, ''))).toBe('different');
});

it('a test that looks at the mark in front of that cannot be asked again', () => {
  expect(translate(program(4, '-A PREROUTING -m mark --mark 1 -m socket --restore-skmark -j DROP'), { to: 'nft', strict: false, assume: [] }).text).toBeUndefined();
});
