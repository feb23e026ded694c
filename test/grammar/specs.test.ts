import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import { foreignJumps, foreignMatches } from '../../grammar/extensions.js';
import { hasErrors } from '../../src/diagnostics/index.js';

/** One upstream rule with what the kernel's own tools made of it. */
interface Spec {
  readonly file: string;
  readonly line: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  readonly kernel_accepts: boolean;
  readonly legacy_save?: string;
}

const path = resolve(process.env['FERRULE_SHARED'] ?? '../shared', 'reference/specs.jsonl');
const present = existsSync(path);
if (!present) console.warn(`specs: ${path} is not there; the upstream rules were not judged`);

const specs: readonly Spec[] = present
  ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Spec)
  : [];

const names = {
  user: (name: string) => (name === 'root' ? 0 : undefined),
  group: (name: string) => (name === 'root' ? 0 : undefined),
};

/** Rules that name no extension outside the language. Bridge-only and missing modules count as outside. */
function inLanguage({ file, rule }: Spec): boolean {
  const words = rule.split(/\s+/);
  const after = (option: string): string[] => words.flatMap((word, at) => (words[at - 1] === option ? [word] : []));
  if (after('-m').some((name) => foreignMatches.has(name))) return false;
  if (after('-j').some((name) => foreignJumps.has(name))) return false;
  const subject = /^lib(?:xt|ipt|ip6t)_(\w+)\.t$/.exec(file)?.[1];
  return subject === undefined || !(foreignMatches.has(subject) || foreignJumps.has(subject));
}

/** Refused only because the set is not loaded, which is not asked here: sets need not exist. */
const lacksSet = ({ file, rule }: Spec): boolean => file === 'libxt_set.t' && rule.includes('--match-set foo src,dst');

const judged = specs.filter((spec) => inLanguage(spec) && !lacksSet(spec));

/** The `-A` lines that come out, or the codes of the errors. */
function judge({ family, table, chain, rule }: Spec): { readonly lines: readonly string[] } | { readonly errors: readonly string[] } {
  const text = `*${table}\n-A ${chain} ${rule}\nCOMMIT\n`;
  const result = parse(text, { file: 'spec', family: family === 'ipv4' ? 4 : 6, names });
  if (hasErrors(result.diagnostics)) return { errors: result.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code) };
  return { lines: print(result.value, { counters: false }).value.split('\n').filter((line) => line.startsWith('-A ')) };
}

describe.runIf(present)('upstream rules', () => {
  it('are most of them in the language', () => {
    expect(judged.filter((spec) => spec.kernel_accepts).length).toBeGreaterThanOrEqual(600);
    expect(judged.filter((spec) => !spec.kernel_accepts).length).toBeGreaterThanOrEqual(270);
  });

  it('that the kernel takes are printed as it saves them', () => {
    const wrong = judged
      .filter((spec) => spec.kernel_accepts)
      .map((spec) => ({ spec: `${spec.file}:${spec.line} ${spec.family} ${spec.rule}`, got: judge(spec), want: { lines: [spec.legacy_save] } }))
      .filter(({ got, want }) => JSON.stringify(got) !== JSON.stringify(want));
    expect(wrong).toEqual([]);
  });

  it('that the kernel refuses are errors', () => {
    const wrong = judged
      .filter((spec) => !spec.kernel_accepts)
      .filter((spec) => 'lines' in judge(spec))
      .map((spec) => `${spec.file}:${spec.line} ${spec.family} ${spec.table} ${spec.chain} ${spec.rule}`);
    expect(wrong).toEqual([]);
  });
});
