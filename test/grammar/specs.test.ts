import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
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

/** Extensions that the kernel of the specs lacks: it refuses all of them, well-formed or not. */
const unjudged: ReadonlySet<string> = new Set([
  ...Object.values(matchExtensions).flatMap((extension) => (extension.unjudged === true ? extension.modules : [])),
  ...Object.values(jumpExtensions).flatMap((extension) => (extension.unjudged === true ? [extension.target] : [])),
]);

const subject = ({ file }: Spec): string => /^lib(?:xt|ipt|ip6t)_(\w+)\.t$/.exec(file)?.[1] ?? '';

/** Refused only because a set or an object is not loaded, which is not asked here: they need not exist. */
const lacksObject = ({ file, rule }: Spec): boolean =>
  /^libxt_(set|SET)\.t$/.test(file) ? rule.includes('-set foo src,dst') : file === 'libxt_nfacct.t' && rule.includes('--nfacct-name wrong');

const judged = specs.filter((spec) => !unjudged.has(subject(spec)) && !lacksObject(spec));

const read = ({ family, table, chain, rule }: Spec) =>
  parse(`*${table}\n-A ${chain} ${rule}\nCOMMIT\n`, { file: 'spec', family: family === 'ipv4' ? 4 : 6, names });

const diagnosticsOf = (spec: Spec): readonly string[] => read(spec).diagnostics.map(({ code }) => code);

/** The `-A` lines that come out, or the codes of the errors. */
function judge(spec: Spec): { readonly lines: readonly string[] } | { readonly errors: readonly string[] } {
  const result = read(spec);
  if (hasErrors(result.diagnostics)) return { errors: result.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code) };
  return { lines: print(result.value, { counters: false }).value.split('\n').filter((line) => line.startsWith('-A ')) };
}

describe.runIf(present)('upstream rules', () => {
  it.each([['ipv4', 472], ['ipv6', 497]] as const)('that the kernel takes are all judged, %s', (family, count) => {
    expect(judged.filter((spec) => spec.kernel_accepts && spec.family === family)).toHaveLength(count);
  });

  it('of extensions that the kernel lacks are read, with a warning, or errors where they are malformed', () => {
    const left = specs.filter((spec) => unjudged.has(subject(spec)));
    expect(left.every((spec) => !spec.kernel_accepts)).toBe(true);
    const silent = left.filter((spec) => diagnosticsOf(spec).length === 0).map((spec) => `${spec.file}:${spec.line} ${spec.rule}`);
    expect(silent).toEqual([]);
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

  it('that the kernel refuses are errors in their line, with words', () => {
    const vague = judged
      .filter((spec) => !spec.kernel_accepts)
      .flatMap((spec) => read(spec).diagnostics.filter(({ severity }) => severity === 'error').map((one) => ({ spec: spec.rule, one })))
      .filter(({ one: { line, column, endColumn, message } }) => line !== 2 || column < 1 || endColumn <= column || message === '');
    expect(vague).toEqual([]);
  });
});
