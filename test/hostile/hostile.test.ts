import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { hasErrors, renderReport, type Diagnostic } from '../../src/diagnostics/index.js';
import type { Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { available } from '../kernel/available.js';
import { withNft } from '../kernel/nft.js';
import { optIn } from '../kernel/side-by-side.js';
import { dump, hostileRule, plainFilling, ruleCount } from './inputs.js';

/** Generated inputs; a documented command raises it. */
const runs = Number(process.env['FERRULE_HOSTILE'] ?? 1500);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

const read = (text: string): Program | undefined => {
  const { value, diagnostics } = parse(text, { file: 'rules', family: 4 });
  return hasErrors(diagnostics) ? undefined : { rulesets: [value], sets: [] };
};

const outputs = {
  nft: (program: Program) => translate(program, { to: 'nft', strict: false, assume: optIn }),
  'nft-json': (program: Program) => translate(program, { to: 'nft-json', strict: false, assume: optIn }),
  xdp: (program: Program) => translate(program, { to: 'xdp', mode: 'prefilter', strict: false, assume: optIn, chain: 'INPUT' }),
} as const;

/**
 * Words of a script, a line each; a quoted string is one word. Written apart from the printer and the reader. An empty text is left out of
 * a rule, a long comment stands before it in rules that do nothing else, and a prefix with `$` becomes a variable, defined in a line more.
 */
const nftWords = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .map((line) => (line.startsWith('#') ? ['#'] : (line.replaceAll(/ (comment|prefix) ("[^"]*"|\$log_prefix_\d+)/g, '').match(/"[^"]*"|[^\s"]+|"/g) ?? []).map((word) => (/^"[^"]*"$/.test(word) ? '""' : word))))
    .filter(([first, ...more]) => first !== undefined && first !== 'define' && !(first === 'continue' && more.length === 0));

/** A name of the output: an identifier, with `@` where a set is meant, and what may stand around one. */
const isName = (word: string): boolean => /^@?[A-Za-z_.][A-Za-z0-9/\\_.-]*[;,]?$/.test(word);

function nftFault(text: string, plain: string): string | undefined {
  const [lines, model] = [nftWords(text), nftWords(plain)];
  if (lines.length !== model.length) return `${lines.length} lines for ${model.length}`;
  for (const [index, words] of lines.entries()) {
    const wanted = model[index] ?? [];
    if (words.length !== wanted.length) return `${words.join(' ')} for ${wanted.join(' ')}`;
    for (const [at, word] of words.entries()) if (word !== wanted[at] && !isName(word)) return `${word} for ${wanted[at] ?? ''}`;
  }
  return undefined;
}

/** Texts may differ, nothing else: neither keys nor how many. */
function jsonShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((part) => !isContinuation(part)).map(jsonShape);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, jsonShape(part)]));
  return typeof value === 'string' ? '' : value;
}

/** A rule that holds nothing but the beginning of a long comment. */
const isContinuation = (part: unknown): boolean => JSON.stringify(part).includes('"expr":[{"continue":null}]');

/** Everything outside of comments and string literals; numbers all alike. */
const cCode = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, ' ').replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""').replaceAll(/\b(?:0x[0-9a-f]+|\d+)(?:,\s*(?:0x[0-9a-f]+|\d+))*\b/g, '0');

/** A search has a comparison for each byte of its text: more or fewer of the same lines. */
function comparesBytes(text: string, plain: string): boolean {
  const lines = (code: string): readonly string[] => cCode(code).split('\n').map((line) => line.trim());
  const known = new Set(lines(plain));
  return /\btext\[\d+\] !=/.test(plain) && lines(text).every((line) => known.has(line));
}

const faults = {
  nft: nftFault,
  'nft-json': (text: string, plain: string) => (JSON.stringify(jsonShape(JSON.parse(text))) === JSON.stringify(jsonShape(JSON.parse(plain))) ? undefined : 'another shape'),
  xdp: (text: string, plain: string) => ((cCode(text) === cCode(plain) || comparesBytes(text, plain)) && /^[\t\n -~]*$/.test(text) ? undefined : 'other code'),
} as const satisfies Record<keyof typeof outputs, (text: string, plain: string) => string | undefined>;

/** What a terminal would obey: control bytes, and what turns the direction of a text round. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function expectQuiet(said: readonly Diagnostic[], text: string): void {
  const source = text.split('\n');
  const report = (format: 'text' | 'json' | 'github'): string => renderReport(said, format, '0', { color: false, lines: (_, line) => source[line - 1] });
  expect(obeyed.exec(report('text'))).toBeNull();
  expect(() => JSON.parse(report('json')) as unknown).not.toThrow();
  // A workflow command is a line.
  expect(report('github').trimEnd().split('\n').filter((line) => line !== '' && !/^::(error|warning|notice) /.test(line))).toEqual([]);
}

const plainPrograms = Array.from({ length: ruleCount }, (_, index) => read(dump(plainFilling, index)));
const targets = ['nft', 'nft-json', 'xdp'] as const;
const plainOutput = (target: keyof typeof outputs): readonly (string | undefined)[] => plainPrograms.map((program) => (program === undefined ? undefined : outputs[target](program).text));
const plainOutputs = { nft: plainOutput('nft'), 'nft-json': plainOutput('nft-json'), xdp: plainOutput('xdp') };

describe('hostile strings stay strings', () => {
  test('the plain inputs are read, so that there is something to compare with', () => {
    expect(plainPrograms.map((program, index) => [index, program !== undefined])).toEqual(plainPrograms.map((_, index) => [index, true]));
  });

  test(`in every output and every message, ${runs} inputs`, () => {
    let carried = 0;
    fc.assert(
      fc.property(hostileRule, ({ filling, rule }) => {
        const text = dump(filling, rule);
        const { value, diagnostics } = parse(text, { file: 'rules', family: 4 });
        const said = [...diagnostics];
        if (!hasErrors(diagnostics)) {
          for (const target of targets) {
            const compiled = outputs[target]({ rulesets: [value], sets: [] });
            said.push(...compiled.diagnostics);
            const model = plainOutputs[target][rule];
            if (compiled.text === undefined || model === undefined) continue;
            carried += 1;
            expect(faults[target](compiled.text, model), `${target}\n${JSON.stringify(filling)}\n${compiled.text}`).toBeUndefined();
          }
        }
        expectQuiet(said, text);
      }),
      { numRuns: runs, seed },
    );
    expect(carried).toBeGreaterThan(runs);
  }, 60_000 + 100 * runs);

  test.skipIf(!available().ok)('the kernel has the tables that were meant and no others', async () => {
    await withNft(async (nft) => {
      for (const { filling, rule } of fc.sample(hostileRule, { numRuns: 20 * ruleCount, seed })) {
        const program = read(dump(filling, rule));
        const script = program === undefined ? undefined : outputs.nft(program).text;
        if (script === undefined) continue;
        await nft.flush();
        await nft.load(script);
        expect((await nft.list()).split('\n').filter((line) => line.startsWith('table')), script).toEqual(['table ip raw {', 'table ip mangle {', 'table ip filter {']);
      }
    });
  }, 120_000);
});
