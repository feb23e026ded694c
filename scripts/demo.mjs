// npm run demo [-- RULES]: the main job on the bundled gateway, or on a file of yours.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { installPackages, must } from './install.mjs';

const own = process.argv[2] === undefined ? undefined : resolve(process.argv[2]);
process.chdir(new URL('..', import.meta.url).pathname);
installPackages();
must('node', ['scripts/build.mjs']);

const ferrule = (...words) => {
  console.log(`\n$ ferrule ${words.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`);
  const { status } = spawnSync(process.execPath, ['dist/ferrule.js', ...words], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

if (own !== undefined) {
  ferrule('translate', '--to', 'nft', '--check', own);
  ferrule('trace', own, '--packet', 'tcp 203.0.113.9:40000 > 198.51.100.7:22 syn in eth0', '--packet', 'udp 192.0.2.53:53 > 198.51.100.7:40000 in eth0', '--packet', 'icmp 192.0.2.1 > 198.51.100.7 type 8 code 0 in eth0');
} else {
  const host = ['--topology', 'examples/gateway.topology.yaml'];
  ferrule('translate', '--to', 'nft', '--check', ...host, 'examples/gateway.rules');
  ferrule(
    'trace', 'examples/gateway.rules', ...host,
    '--packet', 'tcp 192.0.2.9:40000 > 198.51.100.7:8443 syn in wan0',
    '--packet', 'tcp 192.168.1.30:51000 > 192.0.2.80:443 syn in lan0',
    '--packet', 'tcp 192.0.2.9:40001 > 198.51.100.7:113 syn in wan0',
  );
}
