import { diagnose, type Result } from '../../../src/diagnostics/index.js';
import { isList, isObject, type Json } from './json-value.js';
import type { ListedScript } from './listed.js';
import { scriptOf } from './listing.js';

/**
 * What `nft -j list ruleset` prints (nft 1.0.6). Undefined where the text is no such listing. Rules keep nft's handles; a listing has
 * no lines of its own.
 */
export function readListing(json: string, { file }: { readonly file: string }): Result<ListedScript | undefined> {
  const place = { file, line: 1, column: 1, endColumn: 1 };
  const refused = (reason: string): Result<undefined> => ({ value: undefined, diagnostics: [diagnose('nft-listing', { reason }, place)] });
  let whole: Json;
  try {
    whole = JSON.parse(json) as Json;
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(whole) || !isList(whole['nftables'])) return refused('no list "nftables" is in it');
  const { script, diagnostics } = scriptOf(whole['nftables'].map((one) => ({ json: one })), file, 'listing');
  return { value: script, diagnostics };
}
