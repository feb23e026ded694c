import { execa } from 'execa';
import { diagnose, type Diagnostic } from '../diagnostics/index.js';
import { decodeBytes, encodeText } from '../ir/index.js';

/**
 * What became of a script of nft in a network namespace of its own. `listed`: what nft lists after loading it, as JSON and, with
 * handles, as text. `refused`: nft's words. `unavailable`: there is no nft, or no namespace can be made here.
 */
export type Loaded =
  | { readonly kind: 'listed'; readonly json: string; readonly text: string }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Loading 100,000 rules takes nft some seconds. */
const longest = 120_000;

/** What divides the two listings; no name in nft holds a line feed. */
const divider = '\n=== ferrule ===\n';

/** Nothing is loaded that the kernel of this host would see: the namespace goes with its only process. */
const load = `nft -f - >/dev/null && printf loaded >&2 && nft -j list ruleset && printf '${divider.replaceAll('\n', '\\n')}' && nft -a list ruleset`;

/**
 * Loads a script of nft into a network namespace made for it, and lists what is there. The script is refused unread where it would
 * have nft open other files. `file` names it in diagnostics.
 */
export async function loadInSandbox(script: string, file: string, form: 'text' | 'json' = 'text'): Promise<Loaded> {
  const include = form === 'text' ? includeIn(script) : undefined;
  if (include !== undefined) return { kind: 'refused', diagnostics: [diagnose('nft-include', {}, { file, ...include })] };
  const command = form === 'text' ? load : load.replace('nft -f -', 'cat | nft -j -f -');
  let reason = '';
  for (const flags of process.getuid?.() === 0 ? ['-n', '-rn'] : ['-rn']) {
    const { exitCode, stdout, stderr, timedOut } = await execa('unshare', [flags, 'sh', '-c', command], {
      input: encodeText(script), reject: false, timeout: longest, encoding: 'buffer', stripFinalNewline: false, maxBuffer: 1 << 30, env: { LC_ALL: 'C', TZ: 'UTC' },
    });
    const words = stderr === undefined ? '' : decodeBytes(stderr);
    if (timedOut) return { kind: 'unavailable', reason: `nft did not answer within ${longest / 1000} seconds` };
    if (exitCode === 0 && stdout !== undefined) {
      const [json = '', text = ''] = decodeBytes(stdout).split(divider);
      return { kind: 'listed', json, text };
    }
    const refusals = refusalsIn(words, file);
    if (refusals.length > 0) return { kind: 'refused', diagnostics: refusals };
    reason = unavailableBecause(words, exitCode);
    if (!/unshare/.test(words)) break;
  }
  return { kind: 'unavailable', reason };
}

function unavailableBecause(words: string, exitCode: number | undefined): string {
  if (exitCode === undefined) return 'there is no unshare here';
  if (exitCode === 127 || /nft: (command )?not found/.test(words)) return 'there is no nft here';
  const [first = ''] = words.split('\n');
  return first === '' ? `nft ended with ${exitCode}` : first.slice(0, 200);
}

/** nft locates what it refuses: `/dev/stdin:3:5-9: Error: ...`, then the line and a mark under it. What the kernel forbids here is no fault of the script. */
function refusalsIn(words: string, file: string): readonly Diagnostic[] {
  return [...words.matchAll(/^[^\n:]*:(\d+):(\d+)(?:-(\d+))?: Error: ([^\n]*)$/gm)].flatMap(([, line = '1', column = '1', end, message = '']) =>
    /Operation not permitted|Operation not supported/.test(message) ? [] : [diagnose('nft-refused', { words: message }, { file, line: Number(line), column: Number(column), endColumn: Number(end ?? column) + 1 })],
  );
}

/** The first `include` outside of strings and comments. */
function includeIn(script: string): { readonly line: number; readonly column: number; readonly endColumn: number } | undefined {
  let quoted = false;
  for (const [index, line] of script.split('\n').entries()) {
    for (let at = 0; at < line.length; at++) {
      if (line[at] === '"') quoted = !quoted;
      else if (quoted) continue;
      else if (line[at] === '#') break;
      else if (/^include(?![\w.-])/.test(line.slice(at)) && !/[\w.$@-]$/.test(line.slice(0, at))) return { line: index + 1, column: at + 1, endColumn: at + 8 };
    }
  }
  return undefined;
}
