import { expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { translate } from '../../src/translate.js';
import { validateNft } from '../../src/validate/index.js';

const rulesets = (rules: readonly string[]) => [parse(`*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`, { file: 'rules', family: 4 }).value];
const options = { strict: false, assume: [] } as const;

/** From 2^53 on JavaScript's numbers are not all there. */
it.each(['nft', 'nft-json'] as const)('quotas keep their last digit in %s', (notation) => {
  for (const bytes of [2n ** 53n + 1n, 2n ** 63n - 1n]) {
    const program = { rulesets: rulesets([`-m quota --quota ${bytes} -j ACCEPT`, `-p udp -m quota ! --quota ${bytes} -j DROP`]), sets: [] };
    const { text = '', assumptions } = translate(program, { to: notation, ...options });
    expect(text.split(String(bytes)).length).toBe(3);
    const verdict = (script: string): string => validateNft(program, { text: script, notation, assumptions }).verification.kind;
    expect(verdict(text)).toBe('equivalent');
    expect(verdict(text.replaceAll(String(bytes), String(bytes - 1n)))).toBe('different');
  }
});

it('a quota that nft cannot read is left out, under its assumption alone', () => {
  const program = { rulesets: rulesets([`-p tcp -m quota --quota ${2n ** 63n} -j ACCEPT`, `-p udp -m quota ! --quota ${2n ** 64n - 1n} -j DROP`]), sets: [] };
  const { text = '', assumptions } = translate(program, { to: 'nft', ...options });
  expect(assumptions).toEqual(['quotas-below-8-eib']);
  expect(text).not.toMatch(/^\s.*quota/m);
  expect(validateNft(program, { text, notation: 'nft', assumptions }).verification.kind).toBe('equivalent');
  expect(validateNft(program, { text, notation: 'nft', assumptions: [] }).verification.kind).toBe('different');
  const strict = translate(program, { to: 'nft', strict: true, assume: [] });
  expect(strict.text).toBeUndefined();
  expect(strict.diagnostics.filter(({ severity }) => severity === 'error').map(({ line }) => line)).toEqual([3, 4]);
});
