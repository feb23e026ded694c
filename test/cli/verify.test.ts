import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ferrule, filter, withFiles, type Ran } from './ferrule.js';

const rules = (port: string): string => filter(':INPUT DROP', `-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT`);
const script = (rule: string): string => `#!/usr/sbin/nft -f\nflush ruleset\ntable ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t\t${rule}\n\t}\n}\n`;

/** Whether this machine can load a script in a namespace of its own. */
const canLoad = spawnSync('unshare', [process.getuid?.() === 0 ? '-n' : '-rn', 'nft', 'list', 'ruleset']).status === 0;

/** Compares two texts as files `left` and `right`. */
function verify(left: string, right: string, ...options: readonly string[]): Ran {
  return withFiles({ left, right }, (path) => ferrule(['verify', '--family', '4', ...options, path('left'), path('right')]));
}

describe('exit statuses and streams', () => {
  it('0: equivalent, said on standard error with what was compared', () => {
    const { status, stdout, stderr } = verify(rules('22'), rules('22:22'));
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toBe('equivalent: INPUT, FORWARD, OUTPUT of IPv4, for every packet and state\n');
  });

  it('1: different, on standard output with a packet, both ways and the region', () => {
    const { status, stdout, stderr } = verify(rules('22'), rules('23'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^INPUT \(IPv4\): what becomes of packets differs$/m);
    expect(stdout).toMatch(/^ {2}packet {2}tcp \S+ > \S+:2[23] syn in \S+$/m);
    expect(stdout).toMatch(/^ {2}left {4}accepted/m);
    expect(stdout).toMatch(/left:3: -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT$/m);
    expect(stdout).toMatch(/^ {2}right {3}dropped in INPUT$/m);
    expect(stdout).toMatch(/right:2: :INPUT DROP$/m);
    expect(stdout).toMatch(/^ {4}protocol tcp, destination port 22 or 23, transport header at least 20 bytes$/m);
    expect(stderr).toMatch(/^different: one hook/m);
  });

  it('2: what cannot be read, with nothing on standard output', () => {
    const { status, stdout, stderr } = verify(rules('22'), filter('-A INPUT -p tcp --dprt 22 -j DROP'));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/right:2:\d+: error\[unknown-option\]/);
  });

  it('4: a limit, with where it was and what to try', () => {
    const many = filter(...Array.from({ length: 200 }, (_, index) => `-A FORWARD -s 10.${index}.0.0/16 -d 10.${(index * 7) % 256}.${index}.0/24 -p tcp --dport ${index + 1} -j DROP`));
    const { status, stdout, stderr } = verify(many, rules('22'), '--budget', '2000');
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toMatch(/error\[gave-up\]: gave up after 2000 nodes .*they ask most for /);
    expect(stderr).toContain('--only');
  });

  it.each([
    [['verify']],
    [['verify', 'LEFT']],
    [['verify', 'LEFT', 'RIGHT', 'RIGHT']],
    [['verify', '/nonexistent', 'RIGHT']],
    [['verify', '--only', 'INPTU', 'LEFT', 'RIGHT']],
    [['verify', '--ignore', 'everything', 'LEFT', 'RIGHT']],
    [['verify', '--assume', 'no-later-fragment', 'LEFT', 'RIGHT']],
    [['verify', '--budget', '0', 'LEFT', 'RIGHT']],
    [['verify', '--left-format', 'pf', 'LEFT', 'RIGHT']],
    [['verify', '--format', 'jsonl', 'LEFT', 'RIGHT']],
    [['verify', '--topology', 'LEFT', 'LEFT', 'RIGHT']],
    [['verify', '--policy', '/nonexistent', 'LEFT']],
    [['verify', '-4', 'LEFT', '-4', 'LEFT', '-4', 'LEFT']],
  ])('2: wrong usage %j', (args) => {
    withFiles({ LEFT: rules('22'), RIGHT: rules('22') }, (path) => {
      const { status, stdout, stderr } = ferrule(args.map((arg) => (arg === 'LEFT' || arg === 'RIGHT' ? path(arg) : arg)));
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/error\[/);
    });
  });

  it('names the nearest hook and assumption', () => {
    expect(verify(rules('22'), rules('22'), '--only', 'inptu').stderr).toContain('did you mean INPUT?');
    expect(verify(rules('22'), rules('22'), '--assume', 'no-later-fragment').stderr).toContain('did you mean no-later-fragments?');
  });

  it('-q leaves the exit status alone', () => {
    expect(verify(rules('22'), rules('22'), '-q')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('options', () => {
  it('--only takes a hook in any case, and several', () => {
    expect(verify(rules('22'), rules('23'), '--only', 'forward', '--only', 'OUTPUT').status).toBe(0);
    expect(verify(rules('22'), rules('23'), '--only', 'input').status).toBe(1);
  });

  it('--ignore logs', () => {
    const [left, right] = [filter('-A INPUT -j LOG', '-A INPUT -j DROP'), filter('-A INPUT -j DROP')];
    expect(verify(left, right).status).toBe(1);
    expect(verify(left, right, '--ignore', 'logs,comments').status).toBe(0);
  });

  it('counters and comments never make a difference', () => {
    expect(verify(filter(':INPUT DROP [7:420]', '[1:2] -A INPUT -m comment --comment "one" -j ACCEPT'), filter(':INPUT DROP', '-A INPUT -m comment --comment "two" -j ACCEPT')).status).toBe(0);
  });

  it('--assume is named with the answer', () => {
    const { status, stderr } = verify(rules('22'), filter(':INPUT DROP', '-A INPUT -p tcp -m multiport --dports 22 -j ACCEPT'), '--assume', 'no-truncated-l4-headers');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^ {2}assumes no-truncated-l4-headers: /m);
  });

  it('--pcap holds the packets', () => {
    withFiles({ left: rules('22'), right: rules('23') }, (path) => {
      expect(ferrule(['verify', '--family', '4', '--pcap', path('out.pcap'), path('left'), path('right')]).status).toBe(1);
      const bytes = readFileSync(path('out.pcap'));
      expect(bytes.readUInt32LE(0)).toBe(0xa1b2c3d4);
      expect(bytes.length).toBeGreaterThan(24 + 16 + 40 - 1);
      expect(ferrule(['verify', '--family', '4', '--pcap', path('none.pcap'), path('left'), path('left')]).status).toBe(0);
      expect(existsSync(path('none.pcap'))).toBe(false);
    });
  });

  it('--emit-smt2 holds a question for each hook, and names those that it cannot hold', () => {
    withFiles({ left: `${rules('22')}${'*nat\n-A PREROUTING -p tcp -j DNAT --to 10.0.0.1\nCOMMIT\n'}`, right: rules('23') }, (path) => {
      const { status, stderr } = ferrule(['verify', '--family', '4', '--emit-smt2', path('q.smt2'), path('left'), path('right')]);
      expect(status).toBe(1);
      const text = readFileSync(path('q.smt2'), 'utf8');
      expect(text).toMatch(/^\(echo "IPv4 INPUT"\)$/m);
      expect(text.match(/^\(check-sat\)$/gm)?.length).toBe(text.match(/^\(echo /gm)?.length);
      expect(stderr).toMatch(/^not in .*q\.smt2: PREROUTING of IPv4: /m);
    });
  });

  it('-4 and -6 are both families of a side', () => {
    const six = filter('-A INPUT -s 2001:db8::/32 -j DROP');
    withFiles({ four: rules('22'), six, other: filter('-A INPUT -s 2001:db8::/33 -j DROP') }, (path) => {
      expect(ferrule(['verify', '-4', path('four'), '-6', path('six'), '-4', path('four'), '-6', path('six')])).toMatchObject({ status: 0 });
      const { status, stdout } = ferrule(['verify', '-4', path('four'), '-6', path('six'), '-4', path('four'), '-6', path('other')]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^INPUT \(IPv6\)/m);
      expect(stdout).toContain('source 2001:db8:8000::/33');
    });
  });

  it('an IPv4 dump against an IPv6 dump is refused', () => {
    withFiles({ four: filter('-A INPUT -s 10.0.0.0/8 -j DROP'), six: filter('-A INPUT -s 2001:db8::/32 -j DROP') }, (path) => {
      const { status, stderr } = ferrule(['verify', path('four'), path('six')]);
      expect(status).toBe(2);
      expect(stderr).toMatch(/error\[families-apart\]/);
    });
  });
});

describe('an nft script', () => {
  const dump = filter(':INPUT DROP', '-A INPUT -i eth0 -s 10.0.0.0/8 -j ACCEPT');
  const same = script('iifname "eth0" ip saddr 10.0.0.0/8 accept');

  it('is told by its content, and compared', () => {
    expect(verify(dump, same)).toMatchObject({ status: 0, stdout: '' });
    const { status, stdout } = verify(dump, script('iifname "eth0" ip saddr 10.0.0.0/9 accept'));
    expect(status).toBe(1);
    expect(stdout).toContain('source 10.128.0.0/9');
    expect(stdout).toMatch(/right: filter INPUT policy: policy drop$/m);
  });

  it('shows its own lines', () => {
    const { stdout } = verify(dump, script('iifname "eth0" ip saddr { 10.0.0.0/8, 11.0.0.0/8 } accept'));
    expect(stdout).toMatch(/right:6: iifname "eth0" ip saddr \{ 10\.0\.0\.0\/8, 11\.0\.0\.0\/8 \} accept$/m);
  });

  it('may not have nft read other files', () => {
    const { status, stdout, stderr } = verify(dump, `${same}\ninclude "/etc/passwd"\n`, '--right-format', 'nft');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/right:10:1: error\[nft-include\]/);
    expect(stderr).not.toContain('root:');
  });

  it.skipIf(!canLoad)('that nft refuses is refused in its words, at its line', () => {
    const { status, stdout, stderr } = verify(dump, script('iifname "eth0" tcp sprot 1 accept'));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/right:6:\d+: error\[nft-refused\]: nft does not load this: syntax error/);
  });

  it.skipIf(!canLoad)('with variables and commands is compared as it is loaded', () => {
    const built = 'define NET = 10.0.0.0/8\nadd table ip filter\nadd chain ip filter INPUT { type filter hook input priority 0; policy drop; }\nadd rule ip filter INPUT iifname "eth0" ip saddr $NET accept\n';
    expect(verify(dump, built)).toMatchObject({ status: 0, stdout: '' });
  });

  it.skipIf(!canLoad)('leaves the rules of this host alone', () => {
    const before = spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout;
    verify(dump, same);
    expect(spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout).toBe(before);
  });

  it('without nft on this machine is read as it stands, under a note', () => {
    withFiles({ left: dump, right: same }, (path) => {
      const { status, stderr } = ferrule(['verify', '--family', '4', path('left'), path('right')], '', { PATH: '/nonexistent' });
      expect(status).toBe(0);
      expect(stderr).toMatch(/note\[nft-read-as-text\]/);
    });
  });
});

describe('a listing', () => {
  it('as JSON is read without nft, and its rules are told by their handles', () => {
    const expr = [{ match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '10.0.0.1' } }, { drop: null }];
    const listing = JSON.stringify({ nftables: [{ table: { family: 'ip', name: 'filter', handle: 1 } }, { chain: { family: 'ip', table: 'filter', name: 'INPUT', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'accept' } }, { rule: { family: 'ip', table: 'filter', chain: 'INPUT', handle: 9, expr } }] });
    expect(verify(filter('-A INPUT -s 10.0.0.1/32 -j DROP'), listing).status).toBe(0);
    const { status, stdout } = verify(filter('-A INPUT -s 10.0.0.2/32 -j DROP'), listing);
    expect(status).toBe(1);
    expect(stdout).toMatch(/right: filter INPUT (rule 1 \(handle 9\)|policy)/);
  });

  it('of something else is refused', () => {
    expect(verify(rules('22'), '{"nftables": 3}')).toMatchObject({ status: 2, stdout: '' });
    expect(verify(rules('22'), '{"nftables": [')).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('--policy', () => {
  const policy = '- name: ssh is closed\n  forbid: {to: self, protocol: tcp, port: 22}\n- name: dns is open\n  allow: {to: self, protocol: udp, dport: 53}\n';
  const dump = (port: string): string => filter(':INPUT DROP', `-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT`, '-A INPUT -p udp -m udp --dport 53 -j ACCEPT');
  const ask = (rules: string, statements: string, ...options: readonly string[]): Ran =>
    withFiles({ rules, policy: statements }, (path) => ferrule(['verify', '--policy', path('policy'), '--family', '4', ...options, path('rules')]));

  it('0: every statement holds', () => {
    expect(ask(dump('80'), policy)).toEqual({ status: 0, stdout: '', stderr: 'holds: ssh is closed (IPv4)\nholds: dns is open (IPv4)\n' });
  });

  it('1: one does not, with a packet and the rule that let it through', () => {
    const { status, stdout, stderr } = ask(dump('22'), policy);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^does not hold: ssh is closed \(IPv4, on the way to this host\)$/m);
    expect(stdout).toMatch(/policy:2: forbid$/m);
    expect(stdout).toMatch(/^ {2}packet {2}tcp \S+ > \S+:22 syn in \S+$/m);
    expect(stdout).toMatch(/rules:3: -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT$/m);
    expect(stderr).toMatch(/^holds: dns is open \(IPv4\)$/m);
  });

  it('2: a fault of the file is located', () => {
    const { status, stdout, stderr } = ask(dump('22'), policy.replace('dport', 'dprt'));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/policy:4:\d+: error\[policy-key\]/);
    expect(stderr).toContain('did you mean dport?');
  });

  it('has all formats', () => {
    expect(JSON.parse(ask(dump('22'), policy, '--format', 'json').stdout)).toMatchObject({
      schemaVersion: 1, holds: false,
      statements: [{ name: 'ssh is closed', mode: 'forbid', line: 2, family: 4, holds: false, failures: [{ way: 'delivered', witness: { replayable: true }, judgement: { deciding: { line: 3 } } }] }, { name: 'dns is open', holds: true }],
    });
    expect(ask(dump('22'), policy, '--format', 'junit').stdout).toContain('tests="2" failures="1"');
    expect(ask(dump('22'), policy, '--format', 'github').stdout).toMatch(/^::error file=[^,]*rules,line=3,title=policy-violated::/m);
    expect(ask(dump('22'), policy, '--format', 'sarif').stdout).toContain('"ruleId": "policy-violated"');
    expect(ask(dump('22'), policy, '--format', 'markdown').stdout).toMatch(/^\| IPv4: dns is open \| holds \|/m);
  });
});
