import type { Word } from '../extension.js';
import { parts, placeOf, type Reporter } from './reporter.js';

/** How a word is compared with a keyword: exactly, without case, or as a case-free beginning of it (the first that fits). */
export type Likeness = 'exact' | 'caseless' | 'prefix';

export function findKeyword<T extends string>(text: string, keywords: readonly T[], likeness: Likeness): T | undefined {
  if (likeness === 'exact') return keywords.find((keyword) => keyword === text);
  const folded = text.toLowerCase();
  if (likeness === 'caseless') return keywords.find((keyword) => keyword.toLowerCase() === folded);
  return keywords.find((keyword) => keyword.toLowerCase().startsWith(folded));
}

export function readKeyword<T extends string>(word: Word, reporter: Reporter, keywords: readonly T[], likeness: Likeness): T | undefined {
  const keyword = findKeyword(word.text, keywords, likeness);
  if (keyword === undefined) reporter.report('bad-keyword', { text: word.text, expected: keywords.join(', ') }, placeOf(word, reporter));
  return keyword;
}

/** A list between commas without empty parts, in the order of `keywords` and each once: how the kernel's bit masks come out again. */
export function readKeywords<T extends string>(
  word: Word,
  reporter: Reporter,
  keywords: readonly T[],
  likeness: Likeness,
): readonly T[] | undefined {
  const found = new Set<T>();
  for (const part of parts(word, ',')) {
    const keyword = part.text === '' ? undefined : findKeyword(part.text, keywords, likeness);
    if (keyword === undefined) {
      reporter.report('bad-keyword', { text: part.text, expected: keywords.join(', ') }, placeOf(part, reporter));
      return undefined;
    }
    found.add(keyword);
  }
  return keywords.filter((keyword) => found.has(keyword));
}
