import { execFile } from 'node:child_process';
import { loadInSandbox } from '../../src/cli/sandbox.js';
import type { AssumptionId, Family } from '../../src/ir/index.js';
import { readIptables, readNftListing } from '../../src/verify/read.js';
import type { Verification } from '../../src/verify/result.js';
import { verify } from '../../src/verify/verify.js';

/** What the stock tool makes of a dump: a script, its words where it fails. */
export type StockTranslation = { readonly kind: 'script'; readonly text: string } | { readonly kind: 'failed'; readonly words: string };

/** `iptables-restore-translate`, in a namespace of its own: some matches make it look at the running kernel. */
export async function stockTranslation(family: Family, rules: string): Promise<StockTranslation> {
  const tool = family === 4 ? 'iptables-restore-translate' : 'ip6tables-restore-translate';
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return new Promise((resolve) => {
    const child = execFile('unshare', [...user, '--net', 'sh', '-c', `cat | ${tool} -f /dev/stdin`], { maxBuffer: 1 << 28, timeout: 60_000, env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } }, (error, stdout, stderr) => {
      resolve(error === null ? { kind: 'script', text: stdout } : { kind: 'failed', words: stderr.trim() || error.message });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(rules);
  });
}

/** A script of somebody else, loaded, listed and compared with the rules it is said to equal. */
export type Judged =
  | { readonly kind: 'not-loaded'; readonly words: string }
  | { readonly kind: 'compared'; readonly verification: Verification; readonly unread: readonly string[] };

export interface JudgeOptions {
  readonly file?: string;
  readonly assume: readonly AssumptionId[];
  readonly budget?: number;
  readonly script: string;
}

/** Throws where the rules themselves cannot be read, or nothing can be loaded here. */
export async function judgeScript(family: Family, rules: string, { file = 'rules', assume, budget, script }: JudgeOptions): Promise<Judged> {
  const left = readIptables([{ text: rules, file, family }], []);
  if (left.value === undefined) throw new Error(left.diagnostics.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
  const loaded = await loadInSandbox(script, 'stock');
  if (loaded.kind === 'unavailable') throw new Error(loaded.reason);
  if (loaded.kind === 'refused') return { kind: 'not-loaded', words: loaded.diagnostics.map(({ message }) => message).join('\n') };
  const right = readNftListing(loaded.json, { file: 'stock', listing: loaded.text });
  if (right.value === undefined) throw new Error(right.diagnostics.map(({ message }) => message).join('\n'));
  return { kind: 'compared', verification: verify(left.value, right.value, { assume, ...(budget === undefined ? {} : { budget }) }), unread: right.diagnostics.map(({ message }) => message) };
}
