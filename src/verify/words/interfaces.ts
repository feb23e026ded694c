import type { InterfacePattern } from '../../ir/index.js';
import { patternTakes } from '../../symbolic/layout.js';

const patternText = ({ name, prefix }: InterfacePattern): string => (prefix ? `${name}+` : name);

/**
 * The names that a class of interfaces stands for: the narrowest pattern that takes them, and the narrower ones that do not. The
 * classes are those that the patterns tell apart.
 */
function classText(representative: string, patterns: readonly InterfacePattern[]): string {
  const takes = patterns.filter((pattern) => patternTakes(pattern, representative));
  const narrowest = takes.toSorted((a, b) => b.name.length - a.name.length || Number(a.prefix) - Number(b.prefix))[0];
  if (narrowest !== undefined && !narrowest.prefix) return narrowest.name;
  if (narrowest === undefined) return patterns.length === 0 ? 'any' : unnamed;
  const inside = patterns.filter((pattern) => !takes.includes(pattern) && pattern.name.startsWith(narrowest.name));
  // What a wider pattern leaves out, the narrower ones leave out too.
  const but = inside.filter((pattern) => !inside.some((other) => other !== pattern && other.prefix && patternTakes(other, pattern.name) && !(pattern.prefix && pattern.name === other.name)));
  const names = [...new Set(but.map(patternText))];
  return names.length === 0 ? patternText(narrowest) : `${patternText(narrowest)} other than ${names.join(', ')}`;
}

const unnamed = 'one that no rule names';

/** Some of the classes, each once; `not` the others where these are fewer to say. None where it is all of them. */
export function interfaceWords(codes: readonly number[], representatives: readonly string[], patterns: readonly InterfacePattern[]): readonly string[] {
  const last = representatives.length - 1;
  const wanted = new Set(codes.map((code) => Math.min(code, last)));
  const named = (code: number): string => classText(representatives[code] ?? '', patterns);
  const inside = representatives.flatMap((_, code) => (wanted.has(code) ? [named(code)] : []));
  const outside = representatives.flatMap((_, code) => (wanted.has(code) ? [] : [named(code)]));
  if (outside.length === 0) return [];
  if (inside.length > 1 && outside.length < inside.length && outside.every((text) => !text.includes(' '))) return outside.map((text) => `not ${text}`);
  return inside;
}
