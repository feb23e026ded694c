import { diagnose, type Result } from '../../../src/diagnostics/index.js';
import type { Form } from './as-loaded.js';
import { entryOf, isList, isObject, parseJson, type Json } from './json-value.js';
import type { ListedScript } from './listed.js';
import { scriptOf, type ListedObject } from './listing.js';

/**
 * What `nft -j list ruleset` prints (nft 1.0.6). Undefined where the text is no such listing. Rules keep nft's handles; a listing has
 * no lines of its own.
 */
export function readListing(json: string, { file }: { readonly file: string }): Result<ListedScript | undefined> {
  return read(json, file, 'listing', (one) => one);
}

/** A script for `nft -j -f` that only adds, once what it deletes is gone: those of this target. */
export function readJsonScript(json: string, { file }: { readonly file: string }): Result<ListedScript | undefined> {
  return read(json, file, 'script', (one) => (isObject(one) && one['add'] !== undefined ? one['add'] : null));
}

function read(json: string, file: string, form: Form, objectOf: (entry: Json) => Json): Result<ListedScript | undefined> {
  const place = { file, line: 1, column: 1, endColumn: 1 };
  const refused = (reason: string): Result<undefined> => ({ value: undefined, diagnostics: [diagnose('nft-listing', { reason }, place)] });
  let whole: Json;
  try {
    whole = parseJson(json);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(whole) || !isList(whole['nftables'])) return refused('no list "nftables" is in it');
  const { script, diagnostics } = scriptOf(once(whole['nftables'].map(objectOf)), file, form);
  return { value: script, diagnostics };
}

/** A table may be declared more than once. */
function once(objects: readonly Json[]): readonly ListedObject[] {
  const tables = new Set<string>();
  return objects.flatMap((json) => {
    const [kind] = entryOf(json) ?? [];
    const text = kind === 'table' ? JSON.stringify(json) : '';
    if (kind === 'table' && tables.has(text)) return [];
    tables.add(text);
    return [{ json }];
  });
}
