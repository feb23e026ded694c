import { execFile } from 'node:child_process';
import type { AssumptionId, Family } from '../../src/ir/index.js';
import { readIptables } from '../../src/verify/read.js';
import type { Verification } from '../../src/verify/result.js';
import { type Input, nftInput } from '../../src/verify/sides.js';
import { verify } from '../../src/verify/verify.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';
import { withScript } from '../../targets/nftables/read/untold.js';

interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of shell in a network namespace of its own. The tools open their input by name, so it comes through a pipe. */
function inNamespace(line: string, input: string): Promise<Answer> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  return new Promise((resolve) => {
    const child = execFile('unshare', [...user, '--net', 'sh', '-c', line], { maxBuffer: 1 << 30, timeout: 120_000, env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr: stderr.trim() });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** What the stock tool makes of a dump: a script, or its words where it fails. Some matches make it look at the running kernel. */
export async function stockTranslation(family: Family, rules: string): Promise<{ readonly script: string } | { readonly failed: string }> {
  const { status, stdout, stderr } = await inNamespace(`cat | ${family === 4 ? 'iptables' : 'ip6tables'}-restore-translate -f /dev/stdin`, rules);
  return status === 0 ? { script: stdout } : { failed: stderr };
}

/** A script as the kernel lists it after `nft` with these options has loaded it. `unread`: parts that are not modelled. */
export type Loaded = { readonly kind: 'refused'; readonly words: string } | { readonly kind: 'listed'; readonly input: Input; readonly unread: readonly string[] };

export async function loadedBy(script: string, options = ''): Promise<Loaded> {
  const { status, stdout, stderr } = await inNamespace(`nft ${options} -f - >/dev/null && nft -j list ruleset`, script);
  if (status !== 0) return { kind: 'refused', words: stderr };
  const listed = readListing(stdout, { file: 'stock' }).value;
  if (listed === undefined) throw new Error('nft lists what is no listing');
  const written = options === '' ? readText(script, { file: 'stock', form: 'script' }).value : undefined;
  const { value, diagnostics } = raise(written === undefined ? listed : withScript(listed, written).script, { file: 'stock' });
  return { kind: 'listed', input: nftInput(value, 'stock', 'handle', () => undefined), unread: diagnostics.map(({ message }) => message) };
}

/** Compares a dump with what was loaded for it. */
export function against(family: Family, rules: string, right: Input, options: { readonly assume: readonly AssumptionId[]; readonly budget?: number; readonly file?: string }): Verification {
  const { value, diagnostics } = readIptables([{ text: rules, file: options.file ?? 'rules', family }], []);
  if (value === undefined) throw new Error(diagnostics.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
  return verify(value, right, options);
}
