import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nfnlOsf } from './fingerprints.js';

export interface Availability {
  readonly ok: boolean;
  /** One line: what is missing, hence not judged. */
  readonly why?: string;
}

const environment = process.env;
const required = environment['FERRULE_REQUIRE_KERNEL'] === '1' || environment['CI'] === 'true';

export type Lane = 'kernel' | 'xdp' | 'fingerprints';

const kernelTools = ['gcc', 'ip', 'nft', 'ipset', 'iptables-legacy-restore', 'ip6tables-legacy-restore'];
const tools: { readonly [L in Lane]: readonly string[] } = {
  kernel: kernelTools,
  fingerprints: [...kernelTools, 'nfnl_osf'],
  xdp: ['gcc', 'ip', 'clang'],
};

const packages = 'nftables iptables ipset iproute2 clang libbpf-dev gcc';

function onPath(tool: string): boolean {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => readable(join(folder, tool), constants.X_OK));
}

function readable(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function missing(lane: Lane): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  const absent = tools[lane].filter((tool) => !onPath(tool));
  if (absent.length > 0) return `${absent.join(', ')} not found (Debian: ${packages})`;
  if (!readable('/usr/include/bpf/libbpf.h', constants.R_OK)) return 'libbpf headers not found (Debian: libbpf-dev)';
  if (!readable('/dev/net/tun', constants.R_OK | constants.W_OK)) return '/dev/net/tun cannot be opened';
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  if (lane === 'xdp' && user.length > 0) return 'BPF programs need root';
  try {
    execFileSync('unshare', [...user, '--net', 'true'], { stdio: 'pipe' });
  } catch {
    return 'neither root nor user namespaces';
  }
  return lane === 'fingerprints' ? missingFingerprints(user) : undefined;
}

/** Asks to take out a fingerprint that nobody has loaded, which only root may and only a kernel with fingerprints understands. */
function missingFingerprints(user: readonly string[]): string | undefined {
  const asked = spawnSync('unshare', [...user, '--net', ...nfnlOsf('-d')], { input: '1:1:0:40:.:ferrule-asks:::nobody has loaded it\n', encoding: 'utf8' });
  return asked.status === 0 ? undefined : `nfnl_osf does not reach nfnetlink_osf of this kernel: ${asked.error?.message ?? `${asked.stdout}${asked.stderr}`.trim().split('\n').at(-1)}`;
}

const answers = new Map<Lane, Availability>();

/**
 * Whether the real kernel can be asked here. When not, prints once what is not judged; where `FERRULE_REQUIRE_KERNEL=1` or
 * `CI=true`, throws instead, so that a skipped lane is a failed run.
 */
export function available(lane: Lane = 'kernel'): Availability {
  const known = answers.get(lane);
  if (known) return known;
  const why = missing(lane);
  const answer: Availability = why === undefined ? { ok: true } : { ok: false, why: `${lane} lane not judged: ${why}` };
  if (answer.why !== undefined) {
    if (required) throw new Error(answer.why);
    console.warn(answer.why);
  }
  answers.set(lane, answer);
  return answer;
}
