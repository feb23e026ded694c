import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { proveNft } from '../../src/cli/proof.js';
import { translate } from '../../src/translate.js';
import { ferrule, filter } from '../cli/ferrule.js';
import { available } from './available.js';

const rules = filter(':INPUT DROP', '-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 3/min -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -j ACCEPT');
const missing = `*mangle\n-A FORWARD -p tcp -m tcpmss ! --mss 536:1460 -j DROP\nCOMMIT\n`;

describe.skipIf(!available().ok)('translate proves what it prints', () => {
  it.each(['nft', 'nft-json'])('%s as the kernel lists it', (to) => {
    const { status, stdout, stderr } = ferrule(['translate', '--to', to, '--family', '4', '-'], rules);
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^assumes no-truncated-l4-headers: /),
      'proved: equal to standard input for every packet and state, as the kernel lists it',
      'modulo rate limit 3/minute burst 5',
      '',
    ]);
  });

  it('iptables by reading it again', () => {
    expect(ferrule(['translate', '--to', 'iptables', '--family', '4', '-'], rules).stderr).toBe('proved: equal to standard input for every packet and state, as ferrule reads it again\n');
  });

  it('says so in the JSON document', () => {
    const { stdout } = ferrule(['translate', '--to', 'nft', '--family', '4', '--format', 'json', '-'], rules);
    expect(JSON.parse(stdout)).toMatchObject({ proof: { result: 'proved', judge: 'kernel', modulo: ['rate limit 3/minute burst 5'], takenFromOutput: 0 } });
  });

  it('reads a rule that the listing does not tell from the output, and says so', () => {
    const { status, stderr } = ferrule(['translate', '--to', 'nft', '--family', '4', '-'], missing);
    expect(status).toBe(0);
    expect(stderr).toContain('read from the output itself');
  });

  it('says nothing with --no-verify', () => {
    expect(ferrule(['translate', '--to', 'nft', '--family', '4', '--no-verify', '-'], rules).stderr).not.toContain('proved');
  });

  it('reads the output itself where there is no nft', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ferrule-path-'));
    try {
      for (const tool of ['/usr/bin/unshare', '/bin/sh', '/usr/bin/cat']) symlinkSync(tool, join(folder, tool.replace(/.*\//, '')));
      const { status, stderr } = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../dist/ferrule.js'), 'translate', '--to', 'nft', '--family', '4', '-'], { input: rules, encoding: 'utf8', env: { PATH: folder, NO_COLOR: '1' } });
      expect(status).toBe(0);
      expect(stderr).toContain('proved: equal to standard input for every packet and state, as ferrule reads it: there is no nft here');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('lets nothing out that is not equal', async () => {
    const { value } = parse(rules, { file: 'rules', family: 4 });
    const program = { rulesets: [value], sets: [] };
    const { text = '', assumptions } = translate(program, { to: 'nft', strict: false, assume: [] });
    const proof = await proveNft(program, { text: text.replace('dport 22', 'dport 23'), notation: 'nft', assumptions });
    expect(proof.status).toBe(70);
    expect(proof.diagnostics).toMatchObject([{ code: 'proof-failed', message: expect.stringMatching(/not equal to the rules at INPUT of IPv4: tcp \S+ > \S+:2[23] .* is .* by the rules and .* by the output/) as string }]);
  });
});
