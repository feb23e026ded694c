import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPacketLine, parseWords } from '../../src/packet/index.js';
import { ferrule, filter, withFiles } from './ferrule.js';

const good = filter('-A INPUT -p tcp --dport 22 -j ACCEPT');
const bad = filter('-A INPUT -p tcp --dprt 22 -j ACCEPT', '-A INPUT -j DROP', '-A INPUT -s 1.2.3.4.5 -j DROP');
const uncarried = filter('-A INPUT -m string --string evil --algo bm -j DROP');

describe('exit statuses and streams', () => {
  it('0: the product on standard output, nothing else there', () => {
    const { status, stdout } = ferrule(['fmt', '-'], good);
    expect(status).toBe(0);
    expect(stdout).toBe('*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n');
  });

  it('2: what restore would refuse, with every fault located and nothing on standard output', () => {
    const { status, stdout, stderr } = ferrule(['fmt', '--family', '4', '-'], bad);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^-:2:17: error\[unknown-option\]/m);
    expect(stderr).toContain('did you mean --dport?');
    expect(stderr).toMatch(/^-:4:13: error\[/m);
  });

  it('2 with --keep-going: the good lines, still refused', () => {
    const { status, stdout } = ferrule(['fmt', '--keep-going', '-'], bad);
    expect(status).toBe(2);
    expect(stdout).toContain('-A INPUT -j DROP');
    expect(stdout).not.toContain('1.2.3.4');
  });

  it('3: understood but not to be carried, with line and reason and nothing on standard output', () => {
    const { status, stdout, stderr } = ferrule(['translate', '--to', 'nft', '-'], uncarried);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^-:2:\d+: error\[/m);
    expect(stderr).toContain('string');
    expect(stderr).toContain('hint');
  });

  it.each([
    [[]],
    [['nosuch']],
    [['translate', '-']],
    [['translate', '--to', 'pf', '-']],
    [['translate', '--to', 'nft', '--mode', 'exact', '-']],
    [['translate', '--to', 'nft', '--assume', 'no-such-thing', '-']],
    [['fmt', '--nosuch', '-']],
    [['fmt', '--family', '5', '-']],
    [['fmt', '/nonexistent/rules']],
    [['fmt']],
    [['fmt', 'a', 'b']],
    [['fmt', '--format', 'pdf', '-']],
    [['trace', '-']],
    [['explain', 'no-such-code']],
  ])('2: wrong usage %j', (args) => {
    const { status, stdout, stderr } = ferrule(args, good);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('at '.concat('file:'));
    expect(stderr.length).toBeGreaterThan(10);
  });
});

describe('output files', () => {
  it('are written whole', () => {
    withFiles({ 'in.rules': good }, (path) => {
      const { status, stdout } = ferrule(['fmt', '-o', path('out.rules'), path('in.rules')]);
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      expect(readFileSync(path('out.rules'), 'utf8')).toContain('--dport 22');
    });
  });

  it('or not at all: a refused input leaves the old file and no litter', () => {
    withFiles({ 'in.rules': bad, 'out.rules': 'old' }, (path) => {
      expect(ferrule(['fmt', '-o', path('out.rules'), path('in.rules')]).status).toBe(2);
      expect(readFileSync(path('out.rules'), 'utf8')).toBe('old');
      expect(readdirSync(path('.'))).toEqual(['in.rules', 'out.rules']);
    });
  });

  it('keep their mode when rewritten in place', () => {
    withFiles({ 'in.rules': good }, (path) => {
      const before = statSync(path('in.rules')).mode;
      expect(ferrule(['fmt', '-o', path('in.rules'), path('in.rules')]).status).toBe(0);
      expect(statSync(path('in.rules')).mode).toBe(before);
      expect(ferrule(['fmt', '--check', path('in.rules')]).status).toBe(0);
    });
  });

  it('in a folder that is not there are a located error', () => {
    const { status, stderr } = ferrule(['fmt', '-o', '/nonexistent/out', '-'], good);
    expect(status).toBe(2);
    expect(stderr).toContain('unwritable-file');
  });
});

describe('fmt --check', () => {
  it('exits 1 for what fmt would change', () => {
    const { status, stdout, stderr } = ferrule(['fmt', '--check', '-'], good);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('not-canonical');
  });
});

describe('reports', () => {
  it('json is a document on standard output even when the input is refused', () => {
    const { status, stdout } = ferrule(['fmt', '--family', '4', '--format', 'json', '-'], bad);
    expect(status).toBe(2);
    const document = JSON.parse(stdout) as { schemaVersion: number; diagnostics: { code: string; line: number; column: number; endColumn: number; table?: string; chain?: string }[] };
    expect(document.schemaVersion).toBe(1);
    expect(document.diagnostics[0]).toMatchObject({ code: 'unknown-option', line: 2, column: 17, endColumn: 23, table: 'filter', chain: 'INPUT' });
  });

  it.each(['sarif', 'junit', 'github', 'markdown'])('%s holds the code of each finding', (format) => {
    const { status, stdout } = ferrule(['fmt', '--format', format, '-'], bad);
    expect(status).toBe(2);
    expect(stdout).toContain('unknown-option');
  });

  it('a translation as json carries its text and its assumptions', () => {
    const { status, stdout } = ferrule(['translate', '--to', 'nft', '--format', 'json', '-'], good.replace('INPUT', 'FORWARD'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, output: expect.stringContaining('tcp dport 22') as string, assumptions: ['no-truncated-l4-headers', 'no-later-fragments'] });
  });
});

describe('what a stranger may try', () => {
  it('standard input is read once, however often it is needed', () => {
    const canonical = ferrule(['fmt', '-'], good).stdout;
    expect(ferrule(['fmt', '--check', '-'], canonical)).toMatchObject({ status: 0, stdout: '' });
  });

  it('an output through a symbolic link keeps the link', () => {
    withFiles({ rules: good, target: 'old' }, (path) => {
      symlinkSync(path('target'), path('link'));
      expect(ferrule(['fmt', '-o', path('link'), path('rules')]).status).toBe(0);
      expect(lstatSync(path('link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(path('target'), 'utf8')).toContain('--dport 22');
    });
  });

  it('an option given twice is a mistake, not a choice', () => {
    expect(ferrule(['fmt', '--family', '4', '--family', '6', '-'], good)).toMatchObject({ status: 2, stdout: '' });
  });

  it('one output cannot hold both families of iptables rules', () => {
    withFiles({ four: good, six: good }, (path) => {
      expect(ferrule(['fmt', '-4', path('four'), '-6', path('six')])).toMatchObject({ status: 2, stdout: '' });
    });
  });

  it('a packet that meets 2^40 rules ends in status 4, not in a hang', () => {
    const names = Array.from({ length: 41 }, (_, depth) => `c${depth}`);
    const rules = names.slice(0, 40).flatMap((name, depth) => [`-A ${name} -j c${depth + 1}`, `-A ${name} -j c${depth + 1}`]);
    const text = filter(...names.map((name) => `:${name} -`), ...rules, '-A INPUT -j c0');
    expect(ferrule(['trace', '-', '--packet', 'tcp 10.0.0.5:1 > 10.0.0.1:2 syn in eth0'], text)).toMatchObject({ status: 4, stdout: '' });
  });

  it('options of the target that are wrong are wrong usage', () => {
    expect(ferrule(['translate', '--to', 'xdp', '--local', 'bogus', '-'], good)).toMatchObject({ status: 2, stdout: '' });
    expect(ferrule(['translate', '--to', 'nft', '--table-prefix', 'x; flush ruleset', '-'], good)).toMatchObject({ status: 2, stdout: '' });
  });

  it('--to iptables prints what fmt prints', () => {
    expect(ferrule(['translate', '--to', 'iptables', '-'], good).stdout).toBe(ferrule(['fmt', '-'], good).stdout);
  });

  it('a JSON document goes where -o says', () => {
    withFiles({ rules: good }, (path) => {
      const { status, stdout } = ferrule(['trace', path('rules'), '--packet', 'tcp 10.0.0.5:1 > 10.0.0.1:22 syn in eth0', '--format', 'json', '-o', path('out')]);
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      expect(JSON.parse(readFileSync(path('out'), 'utf8'))).toMatchObject({ schemaVersion: 1, packets: [{ verdict: 'input' }] });
    });
  });

  it('names of interfaces cannot drive the terminal in a story', () => {
    const { stdout } = ferrule(['trace', '-', '--packet', 'tcp 10.0.0.5:1 > 10.0.0.1:22 syn in e\u001b[31m'], good);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('both families', () => {
  it('are read with -4 and -6', () => {
    withFiles({ four: good, six: filter('-A INPUT -s 2001:db8::/32 -j DROP') }, (path) => {
      const { status, stdout } = ferrule(['translate', '--to', 'nft', '-4', path('four'), '-6', path('six')]);
      expect(status).toBe(0);
      expect(stdout).toContain('table ip filter');
      expect(stdout).toContain('table ip6 filter');
    });
  });

  it('are told apart by the addresses', () => {
    expect(ferrule(['fmt', '-'], filter('-A INPUT -s 2001:db8::/32 -j DROP'))).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('trace', () => {
  it('asks the fingerprints that are given, and ends where there are none', () => {
    const packet = ['--packet', 'tcp 10.0.0.5:1 > 10.0.0.1:22 syn in eth0'];
    const rules = filter('-A INPUT -p tcp -m osf --genre Made -j DROP');
    withFiles({ rules, prints: '65535:64:0:40:.:Made:::\n', wrong: 'S4:64\n' }, (path) => {
      expect(ferrule(['trace', path('rules'), '--fingerprints', path('prints'), ...packet]).stdout).toContain('= dropped');
      expect(ferrule(['trace', path('rules'), ...packet]).stdout).toContain('not known');
      const { status, stdout, stderr } = ferrule(['trace', path('rules'), '--fingerprints', path('wrong'), ...packet]);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/wrong:1:1: error\[bad-fingerprint\]/);
    });
  });

  it('answers one JSON line a packet, in order', () => {
    const lines = ['22', '23'].map((port, index) => {
      const packet = parseWords(`tcp 10.0.0.5:12345 > 10.0.0.1:${port} syn in eth0`, { id: 'ab'.charAt(index) }).value;
      return packet === undefined ? '' : formatPacketLine(packet);
    });
    withFiles({ rules: filter(':INPUT DROP', '-A INPUT -p tcp --dport 22 -j ACCEPT'), packets: lines.join('\n') }, (path) => {
      const { status, stdout } = ferrule(['trace', path('rules'), '--packets', path('packets'), '--format', 'jsonl']);
      expect(status).toBe(0);
      const out = stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: string; verdict: string; stage: string | null });
      expect(out.map(({ id, verdict, stage }) => [id, verdict, stage])).toEqual([
        ['a', 'input', null],
        ['b', 'drop', 'INPUT'],
      ]);
    });
  });
});

describe('terminal', () => {
  it('no byte of the input drives it', () => {
    const { stderr } = ferrule(['fmt', '-'], filter('-A INPUT -j \u001b[31mEVIL\u0007'));
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stderr).toContain('\\x1b');
  });

  it('a closed pipe ends quietly', () => {
    const bundle = resolve(import.meta.dirname, '../../dist/ferrule.js');
    const { stderr, stdout } = spawnSync('sh', ['-c', `"${process.execPath}" "${bundle}" explain | head -n 1`], { encoding: 'utf8' });
    expect(stdout).toBe('diagnostics:\n');
    expect(stderr).toBe('');
  });
});

describe('help', () => {
  it.each(['translate', 'trace', 'verify', 'fmt', 'explain'])('of %s shows every option it takes', (command) => {
    const { status, stdout } = ferrule([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^usage: ferrule ${command}`));
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('lists the commands', () => {
    expect(ferrule(['--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(ferrule(['--version']).stdout).toMatch(/^ferrule \d+\.\d+\.\d+\n$/);
  });

  it('explains every code that is listed', () => {
    const { stdout } = ferrule(['explain']);
    const codes = [...stdout.matchAll(/^ {2}(\S+)/gm)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(50);
    for (const code of [codes[0] ?? '', codes[20] ?? '', 'no-later-fragments']) expect(ferrule(['explain', code])).toMatchObject({ status: 0, stderr: '' });
    expect(stdout).toContain('  no-partial-checksums (only when accepted by name)\n');
    expect(ferrule(['explain', 'no-partial-checksums']).stdout).toContain('--assume no-partial-checksums');
  });
});
