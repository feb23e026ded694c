// What the kernel lane and the tests by a solver need of the system, and how to get it on a Debian-like one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { must } from './install.mjs';

const tools = [
  ['nft', 'nftables'],
  ['iptables-legacy-restore', 'iptables'],
  ['nfnl_osf', 'iptables'],
  ['ipset', 'ipset'],
  ['ip', 'iproute2'],
  ['clang', 'clang'],
  ['gcc', 'gcc'],
  ['z3', 'z3'],
];
const headers = [
  ['/usr/include/bpf/bpf_helpers.h', 'libbpf-dev'],
  ['/usr/include/linux/bpf.h', 'linux-libc-dev'],
  ['/usr/include/stdio.h', 'libc6-dev'],
];

const onPath = (tool) => (process.env.PATH ?? '').split(':').concat('/usr/sbin', '/sbin').some((folder) => existsSync(`${folder}/${tool}`));

/** Installs what is missing where that is allowed; elsewhere the kernel lane says itself what it does not judge. */
export function installTools() {
  const missing = [
    ...tools.filter(([tool]) => !onPath(tool)).map(([, name]) => name),
    ...headers.filter(([file]) => !existsSync(file)).map(([, name]) => name),
  ];
  if (missing.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.error(`the tests need ${missing.join(', ')}: installing with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { stdio: ['ignore', 'ignore', 'inherit'], env });
}
