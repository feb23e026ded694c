import { describe, expect, it } from 'vitest';
import { print } from '../../grammar/index.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import { isUnjudged, judgedSpecs as judged, nameOf, readSpec as read, type Spec, specs, specsAvailable as present } from '../specs.js';

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
    const left = specs.filter(isUnjudged);
    expect(left.every((spec) => !spec.kernel_accepts)).toBe(true);
    const silent = left.filter((spec) => diagnosticsOf(spec).length === 0).map((spec) => `${spec.file}:${spec.line} ${spec.rule}`);
    expect(silent).toEqual([]);
  });

  it('that the kernel takes are printed as it saves them', () => {
    const wrong = judged
      .filter((spec) => spec.kernel_accepts)
      .map((spec) => ({ spec: nameOf(spec), got: judge(spec), want: { lines: [spec.legacy_save] } }))
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
