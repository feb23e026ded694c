import { assumptions } from '../../ir/index.js';
import type { ComparedHook, Modulo, ReadableCube, Verification } from '../result.js';

/** `protocol tcp, destination port 22, state NEW or RELATED`. */
export const cubeText = ({ dimensions }: ReadableCube): string => (dimensions.length === 0 ? 'every packet' : dimensions.map(dimensionText).join(', '));

/** Values of one dimension that are said in text; documents hold them all. */
const mostValues = 6;

function dimensionText({ name, values }: ReadableCube['dimensions'][number]): string {
  const [first = '', ...more] = values;
  if (more.length === 0) return `${name} ${first}`;
  const negated = values.every((value) => value.startsWith('not '));
  const shown = (negated ? values.map((value) => value.slice(4)) : values).slice(0, mostValues);
  const further = values.length - shown.length;
  if (further > 0) return `${name} ${negated ? 'any but ' : ''}${shown.join(', ')} and ${further} more`;
  return negated ? `${name} neither ${shown.join(' nor ')}` : `${name} ${shown.slice(0, -1).join(', ')} or ${shown.at(-1) ?? ''}`;
}

/** A part of all packets, as far as a person wants to know it. */
export function shareText(share: number): string {
  if (share >= 1) return 'all';
  const percent = share * 100;
  if (percent >= 0.01) return `${Number(percent.toPrecision(2))} %`;
  return share === 0 ? 'none' : `one in ${magnitude(1 / share)}`;
}

const magnitude = (count: number): string => (count < 1e6 ? String(Math.round(count)) : `2^${Math.round(Math.log2(count))}`);

export const moduloText = (part: Modulo): string => (part.kind === 'opaque' ? `taken to answer alike on both sides: ${part.text}` : `assumes ${part.id}: ${assumptions[part.id]}`);

/** `INPUT, FORWARD of IPv4; INPUT of IPv6`. */
export function comparedText(compared: readonly ComparedHook[]): string {
  const families = ([4, 6] as const).flatMap((family) => {
    const hooks = compared.filter((one) => one.family === family).map(({ hook }) => hook);
    return hooks.length === 0 ? [] : [`${hooks.join(', ')} of IPv${family}`];
  });
  return families.length === 0 ? 'no hook: neither side has rules' : families.join('; ');
}

/** What is said on standard error about a comparison that came to an end. */
export function summaryLines(verification: Extract<Verification, { readonly kind: 'equivalent' | 'different' }>): readonly string[] {
  const { compared, modulo, notes } = verification;
  const head = verification.kind === 'equivalent' ? `equivalent: ${comparedText(compared)}, for every packet and state` : `different: ${verification.differences.length === 1 ? 'one hook' : `${verification.differences.length} hooks`} of those compared (${comparedText(compared)})`;
  return [head, ...modulo.map((part) => `  ${moduloText(part)}`), ...notes.map((note) => `  note: ${note}`)];
}
