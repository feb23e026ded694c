import { describe, expect, it } from 'vitest';
import { identityOf, type CoreProgram, type Family, type Hook, type TableName } from '../../src/ir/index.js';
import type { LivePacket } from '../../src/stack/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';
import { withScript } from '../../targets/nftables/read/untold.js';
import { connection, packetOf } from '../lower/build.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { bytesOf, ip4, ip6 } from './packets.js';

/** Reads a script, of which nothing may be left out, and raises it. */
function core(script: string, form: 'script' | 'listing' = 'script'): CoreProgram {
  const { value, diagnostics } = readText(script, { file: '-', form });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return raise(value, { file: '-' }).value;
}

const help = { inSet: () => false, clampMss: () => 'continue' as const };
const host = { addressType: () => 'UNICAST' as const, pathMtu: () => 1500, groupOf: () => 0, wayBack: () => undefined };

/** The verdict of one base chain on a packet, and the packet after it. */
function run(program: CoreProgram, packet: LivePacket, family: Family = 4, table: TableName = 'filter', hook: Hook = 'FORWARD'): string {
  return coreEngine(program, family, help).run(table, hook, packet, host).kind;
}

const rules = (text: string, family: 'ip' | 'ip6' | 'inet' = 'ip', more = ''): string => `table ${family} t {\n${more}\nchain c {\ntype filter hook forward priority 0; policy accept;\n${text}\n}\n}\n`;
const judged = (text: string, packet: LivePacket, family: 'ip' | 'ip6' | 'inet' = 'ip', more = ''): string => run(core(rules(text, family, more)), packet, packet.family);

describe('what a load that fails makes of a rule (section 9 of the semantics)', () => {
  const short = packetOf(4, ip4(6, bytesOf('0400')));
  const whole = packetOf(4, ip4(6, bytesOf('04000035000000000000000050020000')));

  it('a test of missing bytes does not hold, inverted or not', () => {
    expect(judged('tcp dport 53 drop', short)).toBe('accept');
    expect(judged('tcp dport != 53 drop', short)).toBe('accept');
    expect(judged('tcp dport != 54 drop', whole)).toBe('drop');
    expect(judged('tcp sport != 53 drop', short)).toBe('drop');
  });

  it('ct keys break without an entry, the state does not', () => {
    const invalid = packetOf(4, ip4(17, bytesOf('0400003500080000')), { state: 'INVALID' });
    const known = packetOf(4, ip4(17, bytesOf('0400003500080000')), { state: 'NEW', connection: connection({ status: 32 }) });
    expect(judged('ct mark 0 drop', invalid)).toBe('accept');
    expect(judged('ct mark != 5 drop', invalid)).toBe('accept');
    expect(judged('ct status != snat drop', invalid)).toBe('accept');
    expect(judged('ct state != new drop', invalid)).toBe('drop');
    expect(judged('ct mark 0 drop', known)).toBe('drop');
    expect(judged('ct status dnat drop', known)).toBe('drop');
    expect(judged('ct status snat,dnat drop', known)).toBe('drop');
    // Exactly SNAT, of all bits.
    expect(judged('ct status != snat drop', known)).toBe('drop');
    expect(judged('ct status == dnat drop', known)).toBe('drop');
  });

  it('ports are read out of later fragments in IPv4', () => {
    const later = packetOf(4, ip4(17, bytesOf('0400003500080000'), { offset: 185 }));
    expect(judged('udp dport 53 drop', later)).toBe('drop');
    expect(judged('udp dport != 54 drop', later)).toBe('drop');
    expect(judged('@th,0,24 >= 0 drop', later)).toBe('accept');
    expect(judged('ip frag-off & 0x1fff != 0 drop', later)).toBe('drop');
  });

  it('an authentication header ends the walk in IPv6', () => {
    const behind = packetOf(6, ip6(51, bytesOf('06010000000000010000000004000035000000000000000050020000')));
    const broken = packetOf(6, ip6(60, bytesOf('06')));
    expect(judged('meta l4proto tcp drop', behind, 'ip6')).toBe('accept');
    expect(judged('meta l4proto ah drop', behind, 'ip6')).toBe('drop');
    expect(judged('meta l4proto != tcp drop', behind, 'ip6')).toBe('drop');
    expect(judged('tcp dport 53 drop', behind, 'ip6')).toBe('accept');
    expect(judged('meta l4proto != tcp drop', broken, 'ip6')).toBe('accept');
  });
});

describe('TCP', () => {
  const tcp = (flags: string, options = ''): LivePacket => packetOf(4, ip4(6, bytesOf(`040000350000000000000000${options === '' ? 5 : 6}${flags}000000000000${options}`)));
  const synEce = tcp('042');
  it('a bit test without a sign, an exact comparison with one', () => {
    expect(judged('tcp flags syn drop', synEce)).toBe('drop');
    expect(judged('tcp flags syn,ack drop', synEce)).toBe('drop');
    expect(judged('tcp flags != syn drop', synEce)).toBe('drop');
    expect(judged('tcp flags == syn drop', synEce)).toBe('accept');
    expect(judged('tcp flags ! syn drop', synEce)).toBe('accept');
    expect(judged('tcp flags { syn, ack } drop', synEce)).toBe('accept');
    expect(judged('tcp flags syn / fin,syn,rst,ack drop', synEce)).toBe('drop');
    expect(judged('tcp flags & (fin|syn|rst|ack) == syn drop', synEce)).toBe('drop');
    expect(judged('tcp flags & ecn != ecn drop', synEce)).toBe('accept');
  });

  it('a missing option is missing in UDP too, and an MSS that is not there has no size', () => {
    const udp = packetOf(4, ip4(17, bytesOf('0400003500080000')));
    expect(judged('tcp option maxseg missing drop', udp)).toBe('drop');
    expect(judged('meta l4proto tcp tcp option maxseg missing drop', udp)).toBe('accept');
    expect(judged('tcp option maxseg size != 1460 drop', synEce)).toBe('accept');
    expect(judged('tcp option maxseg size != 1460 drop', tcp('002', '020405b0'))).toBe('drop');
    expect(judged('tcp option maxseg size 1400-1500 drop', tcp('002', '020405b0'))).toBe('drop');
  });

  it('two != on neighbouring bytes are one comparison, ranges are two', () => {
    // 1024 > 53
    expect(judged('tcp sport != 53 tcp dport != 53 drop', synEce)).toBe('drop');
    expect(judged('tcp sport != 1024 tcp dport != 53 drop', synEce)).toBe('accept');
    expect(judged('tcp sport != 53-53 tcp dport != 53-53 drop', synEce)).toBe('accept');
    expect(judged('tcp sport != 53 counter tcp dport != 53 drop', synEce)).toBe('accept');
  });
});

describe('interfaces', () => {
  const local = packetOf(4, ip4(17, bytesOf('0400003500080000')));
  delete local.inInterface;
  it('a wildcard, a literal star, no interface', () => {
    const eth = packetOf(4, ip4(17, bytesOf('0400003500080000')), { inInterface: 'eth' });
    expect(judged('iifname "eth*" drop', eth)).toBe('drop');
    expect(judged('iifname "eth\\*" drop', eth)).toBe('accept');
    expect(judged('iifname != "eth" drop', local)).toBe('drop');
    expect(judged('iifname { "lo", "e*" } drop', eth)).toBe('drop');
    expect(judged('iifname != { "lo", "e*" } drop', eth)).toBe('accept');
  });
});

describe('masks', () => {
  const packet = packetOf(4, ip4(17, bytesOf('0400003500080000'), { tos: 0xb9 }), { mark: 0x1234 });
  it.each([
    ['ip dscp ef', 'drop'],
    ['ip dscp 46-47', 'drop'],
    ['ip dscp != ef', 'accept'],
    ['ip ecn ect1', 'drop'],
    ['@nh,8,8 & 0x3f == 0x39', 'drop'],
    ['@nh,8,8 0xb9', 'drop'],
    ['meta mark & 0xff == 0x34', 'drop'],
    ['meta mark & 0xff == 0x134', 'accept'],
    ['meta mark & 0xff00 != 0x1200', 'accept'],
    ['meta mark & 0xff == 0x30-0x3f', 'drop'],
    ['@th,16,16 53', 'drop'],
    ['@th,16,8 0', 'drop'],
    ['@th,0,32 0x04000035', 'drop'],
    ['ip saddr & 255.0.255.0 == 10.0.0.0', 'drop'],
    ['ip saddr & 255.0.255.0 == { 11.0.0.0, 10.0.0.0 }', 'drop'],
    ['ip saddr > 10.0.0.4', 'drop'],
    ['udp dport < 53', 'accept'],
    ['meta length 0', 'accept'],
    ['meta l4proto 0-255', 'drop'],
    ['meta nfproto ipv6', 'accept'],
  ])('%s', (test, verdict) => {
    expect(judged(`${test} drop`, packet)).toBe(verdict);
  });
});

describe('sets and maps', () => {
  const packet = packetOf(4, ip4(6, bytesOf('04000050000000000000000050020000')));
  it('concatenations, anonymous and named', () => {
    const set = 'set s {\ntype ipv4_addr . inet_proto . inet_service\nflags interval\nelements = { 10.0.0.0/24 . tcp . 80-90, 10.0.0.5 . udp . 53 }\n}';
    expect(judged('ip saddr . tcp dport { 10.0.0.5 . 80, 10.0.0.6 . 81 } drop', packet)).toBe('drop');
    expect(judged('ip saddr . tcp dport { 10.0.0.5 . 81, 10.0.0.6 . 80 } drop', packet)).toBe('accept');
    expect(judged('ip saddr . meta l4proto . th dport @s drop', packet, 'ip', set)).toBe('drop');
    expect(judged('ip saddr . meta l4proto . th dport != @s drop', packet, 'ip', set)).toBe('accept');
  });

  it('verdict maps: jumps come back, each key once', () => {
    const chains = 'chain a {\nmeta mark set 2\n}\nchain b {\ndrop\n}';
    expect(judged('tcp dport vmap { 22 : accept, 80-90 : drop }', packet)).toBe('drop');
    expect(judged('tcp dport vmap { 80 : continue }\ndrop', packet)).toBe('drop');
    // Chain a makes the mark that of the other key; the map is not asked again.
    expect(judged('meta mark vmap { 0 : jump a, 2 : jump b }', packet, 'ip', chains)).toBe('accept');
    expect(judged('meta mark vmap { 0 : goto a, 2 : jump b }\ndrop', { ...packet, mark: 0 }, 'ip', chains)).toBe('accept');
    expect(judged('tcp dport vmap @m', packet, 'ip', 'map m {\ntype inet_service : verdict\nelements = { 80 : drop, 81 : accept }\n}')).toBe('drop');
  });
});

describe('rules that do several things', () => {
  const packet = (): LivePacket => packetOf(4, ip4(6, bytesOf('04000050000000000000000050020000')));
  it('tests after a change see the change, tests before it are not asked again', () => {
    const one = packet();
    expect(judged('meta mark 0 meta mark set 1 meta mark 1 meta mark set 2 drop', one)).toBe('drop');
    expect(one.mark).toBe(2);
  });

  it('what acts on the chain acts on the chain of the rule', () => {
    const script = rules('jump u\ndrop', 'ip', 'chain u {\nmeta mark 0 meta mark set 1 return\nmeta mark set 7\n}');
    const one = packet();
    expect(run(core(script), one)).toBe('drop');
    expect(one.mark).toBe(1);
    const other = { ...packet(), mark: 5 };
    run(core(script), other);
    expect(other.mark).toBe(7);
  });

  it('a test between two actions', () => {
    const one = packet();
    expect(judged('meta mark 0 meta mark set 1 tcp dport 81 drop\nmeta mark 1 drop', one)).toBe('drop');
  });

  it('a draw is drawn once', () => {
    const { rulesets } = core(rules('limit rate 1/second log prefix "x" drop'));
    const chains = rulesets[0]?.tables[0]?.chains ?? [];
    const limits = chains.flatMap((chain) => chain.rules).flatMap((rule) => rule.steps).filter((step) => step.kind === 'test' && step.predicate.kind === 'limit');
    expect(limits).toHaveLength(1);
  });
});

describe('marks and headers', () => {
  it.each([
    ['meta mark set meta mark & 0xffffff00 | 0x12', { kind: 'xor', mask: 0xff, value: 0x12 }],
    ['meta mark set meta mark ^ 0x12', { kind: 'xor', mask: 0, value: 0x12 }],
    ['meta mark set 0x12', { kind: 'xor', mask: 0xffffffff, value: 0x12 }],
    ['meta mark set ct mark & 0xff', { kind: 'copy', from: 'ct.mark', fromMask: 0xff, toMask: 0xffffffff }],
    ['meta mark set ct mark << 4', { kind: 'copy', from: 'ct.mark', fromMask: 0x0fffffff, toMask: 0xffffffff, shift: { direction: 'left', bits: 4 } }],
    ['ip dscp set 7', { kind: 'xor', mask: 0xfc, value: 28 }],
    ['ip ecn set 1', { kind: 'xor', mask: 3, value: 1 }],
    ['ip ttl set 5', { kind: 'xor', mask: 0xff, value: 5 }],
  ])('%s', (text, value) => {
    const actions = core(rules(text)).rulesets[0]?.tables[0]?.chains.flatMap((chain) => chain.rules.map((rule) => rule.action)) ?? [];
    expect(actions).toMatchObject([{ kind: 'assign', value }]);
  });

  it('a masked copy written bit by bit is one exclusive or, but not where it reads what it writes', () => {
    const actions = (text: string): readonly unknown[] => core(rules(text)).rulesets[0]?.tables[0]?.chains[0]?.rules.map((rule) => rule.action) ?? [];
    const bits = (from: string, to: string): string => [1, 2, 8].map((bit) => `${from} mark & ${bit} == ${bit} ${to} mark set ${to} mark ^ ${bit << 4}`).join('\n');
    const shift = { direction: 'left', bits: 4 };
    expect(actions(`${bits('ct', 'meta')}\ndrop`)).toMatchObject([{ kind: 'assign', to: 'packet.mark', value: { kind: 'copy', from: 'ct.mark', fromMask: 11, toMask: 0, shift } }, { kind: 'drop' }]);
    expect(actions(bits('meta', 'ct'))).toMatchObject([{ to: 'ct.mark', value: { from: 'packet.mark', fromMask: 11, toMask: 0, shift } }]);
    expect(actions(bits('meta', 'meta'))).toHaveLength(3);
    expect(actions(`${bits('ct', 'meta')}\nct mark & 8 == 8 meta mark set meta mark ^ 0x80`)).toHaveLength(2);
  });

  it('a raw write to an IPv4 header leaves the checksum, and is no change of the TOS byte alone', () => {
    expect(core(rules('@nh,8,8 set 0x10')).rulesets[0]?.tables[0]?.chains[0]?.rules[0]?.action.kind).toBe('refuse');
  });
});

describe('names that iptables would give', () => {
  const first = (text: string): unknown => core(rules(text)).rulesets[0]?.tables[0]?.chains[0]?.rules[0];
  it('rates, draws, logs, answers', () => {
    expect(first('limit rate 3/second drop')).toMatchObject({ steps: [{ predicate: { identity: 'limit 3333/10000s burst 5' } }] });
    expect(first('limit rate over 10/minute burst 7 packets drop')).toMatchObject({ steps: [{ predicate: { kind: 'not', operand: { identity: 'limit 60000/10000s burst 7' } } }] });
    expect(first('numgen random mod 2147483648 < 5 drop')).toMatchObject({ steps: [{ predicate: { identity: 'random 5/2^31' } }] });
    expect(first('numgen inc mod 3 2 drop')).toMatchObject({ steps: [{ predicate: { identity: 'every 3 packet 2' } }] });
    expect(first('log prefix "a b" level debug flags tcp options')).toMatchObject({ action: { kind: 'log', log: { prefix: 'a b', level: 7, tcpOptions: true } } });
    expect(first('log group 3 snaplen 60')).toMatchObject({ action: { kind: 'nflog', nflog: { group: 3, size: 60 } } });
    expect(first('reject with icmp type host-unreachable')).toMatchObject({ action: { kind: 'reject', with: 'icmp-host-unreachable' } });
    expect(first('reject')).toMatchObject({ action: { kind: 'reject', with: 'icmp-port-unreachable' } });
    // A socket that waits after the end of its connection has no mark to look at.
    expect(first('socket mark 1 drop')).toMatchObject({ steps: [{ predicate: { test: { kind: 'open-socket', what: 'full' } } }, { predicate: { kind: 'field', field: 'socket.mark', intervals: [{ min: 1n, max: 1n }] } }], action: { kind: 'drop' } });
  });

  it('a port map of one shape is a shifted range', () => {
    expect(first('tcp dport 5000-5002 dnat to 10.0.0.1:tcp dport map { 5000 : 6000, 5001 : 6001, 5002 : 6002 }')).toMatchObject({
      action: { kind: 'nat', nat: { kind: 'dnat', to: { addresses: { min: 0x0a000001n }, ports: { min: 6000, max: 6002 } }, basePort: 5000 } },
    });
  });
});

describe('what is not modelled', () => {
  const steps = (text: string): readonly unknown[] => core(rules(text)).rulesets[0]?.tables[0]?.chains.flatMap((chain) => chain.rules.flatMap((rule) => rule.steps)) ?? [];
  it.each(['meta random 5 drop', 'quota name "q" drop', 'tcp sequence 5 drop', 'fib saddr . iif oifname "eth0" drop', 'limit rate 10 mbytes/second drop', 'add @s { ip saddr limit rate 5/second } drop'])(
    '%s is one opaque step',
    (text) => {
      const family = text.startsWith('ip6') ? 'ip6' : 'ip';
      const program = core(rules(text, family));
      const found = program.rulesets[0]?.tables[0]?.chains.flatMap((chain) => chain.rules) ?? [];
      expect(found).toHaveLength(1);
      expect(found[0]?.steps).toMatchObject([{ kind: 'refuse' }]);
      expect(found[0]?.action.kind).toBe('drop');
    },
  );

  it.each([
    ['ip version 4', 'ip', { offset: 0, size: 1, mask: 0xf0n, intervals: [{ min: 0x40n, max: 0x40n }] }],
    ['ip id 1-9', 'ip', { offset: 4, size: 2, mask: 0xffffn, intervals: [{ min: 1n, max: 9n }] }],
    ['ip6 nexthdr 6', 'ip6', { offset: 6, size: 1, mask: 0xffn, intervals: [{ min: 6n, max: 6n }] }],
    ['@nh,20,16 5', 'ip', { offset: 2, size: 3, mask: 0x0ffff0n, intervals: [{ min: 0x50n, max: 0x50n }] }],
  ] as const)('%s is a question about bytes', (text, family, asked) => {
    const [table] = core(rules(`${text} drop`, family)).rulesets[0]?.tables ?? [];
    expect(table?.chains[0]?.rules[0]?.steps).toMatchObject([{ kind: 'test', predicate: { kind: 'external', test: { kind: 'bytes', ...asked } } }]);
  });

  it('has the same text twice, and another where it differs', () => {
    const [a, b, c] = ['meta random 5 drop', 'meta random   5 accept', 'meta random 6 drop'].map((text) => JSON.stringify(steps(text)));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('is in a listing what the listing does not tell', () => {
    const listed = (text: string): unknown => core(rules(text), 'listing').rulesets[0]?.tables[0]?.chains[0]?.rules[0];
    expect(listed('tcp option maxseg missing drop')).toMatchObject({ steps: [{ kind: 'refuse' }] });
    expect(listed('tcp dport 5 tcp option maxseg missing drop')).not.toMatchObject({ steps: [{ kind: 'refuse' }] });
    expect(listed('ip dscp != cs0 ip ecn != not-ect drop')).toMatchObject({ steps: [{ kind: 'refuse' }] });
  });
});

describe('what iptables-nft keeps in its own form', () => {
  const rule = (expr: readonly unknown[], handle: number): unknown => ({ rule: { family: 'ip', table: 'filter', chain: 'INPUT', handle, expr } });
  const listing = JSON.stringify({
    nftables: [
      { table: { family: 'ip', name: 'filter', handle: 1 } },
      { chain: { family: 'ip', table: 'filter', name: 'INPUT', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
      rule([{ xt: { type: 'match', name: 'string' } }, { counter: { packets: 1, bytes: 2 } }, { drop: null }], 2),
      rule([{ xt: { type: 'match', name: 'string' } }, { drop: null }], 3),
      rule([{ xt: { type: 'match', name: 'comment' } }, { xt: { type: 'match', name: 'conntrack' } }, { xt: { type: 'target', name: 'LOG' } }], 4),
    ],
  });

  it('is opaque, each on its own, since the listing does not show what it asks', () => {
    const { value } = readListing(listing, { file: '-' });
    if (value === undefined) throw new Error('not read');
    const [ruleset] = raise(value, { file: '-' }).value.rulesets;
    const found = ruleset?.tables[0]?.chains[0]?.rules ?? [];
    expect(ruleset?.tracking).toBe(true);
    expect(found.map(({ steps, action }) => [steps.map(({ kind }) => kind), action.kind])).toEqual([[['refuse'], 'drop'], [['refuse'], 'drop'], [['refuse'], 'refuse']]);
    const [first, second] = found.map(({ steps }) => JSON.stringify(steps));
    expect(first).not.toBe(second);
    expect(found[0]).toMatchObject({ counters: { packets: 1n, bytes: 2n }, source: { line: 2 } });
  });

  it('is told of in text', () => {
    const { diagnostics } = readText('# Warning: table ip filter is managed by iptables-nft, do not touch!\ntable ip filter {\n}\n', { file: '-' });
    expect(diagnostics).toMatchObject([{ code: 'nft-listing-of-iptables', line: 1 }]);
  });
});

describe('tables and hooks', () => {
  it('an inet table is carried for both families, tests of one of them stay with it', () => {
    const script = rules('ip saddr 10.0.0.5 drop\nip6 saddr 2001:db8::5 drop\ntcp dport 80 reject', 'inet');
    const program = core(script);
    expect(program.rulesets.map(({ family }) => family)).toEqual([4, 6]);
    expect(run(program, packetOf(4, ip4(17, bytesOf('0400003500080000'))), 4)).toBe('drop');
    expect(run(program, packetOf(6, ip6(17, bytesOf('0400003500080000'))), 6)).toBe('drop');
    expect(coreEngine(program, 6, help).run('filter', 'FORWARD', packetOf(6, ip6(6, bytesOf('04000050000000000000000050020000'), 0x20010db8000000000000000000000009n)), host)).toEqual({ kind: 'reject', with: 'icmp6-port-unreachable' });
  });

  it('chains of one table at several priorities keep their order and their place', () => {
    const script = `table ip t {
      chain late { type filter hook input priority 10; policy drop; }
      chain early { type filter hook input priority filter - 5; policy accept; jump u; }
      chain raw { type filter hook prerouting priority raw; notrack; }
      chain nat { type nat hook prerouting priority dstnat; dnat to 10.0.0.1; }
      chain u { counter; }
    }`.replaceAll(/; (?=\w)/g, ';\n');
    const { rulesets } = core(script);
    expect(rulesets[0]?.tracking).toBe(true);
    expect(rulesets[0]?.tables.map(({ name, chains }) => [name, chains.flatMap(({ base }) => (base === undefined ? [] : [base.priority]))])).toEqual([['raw', [-300]], ['nat', [-100]], ['filter', [-5, 10]]]);
  });

  it.each([
    ['ct state new drop', true],
    ['notrack', false],
    ['tcp dport 5 drop', false],
    ['ct helper "ftp" drop', true],
    ['meta mark set ct mark', true],
    ['ct count over 5 drop', true],
  ])('%s turns connection tracking on: %s', (text, tracking) => {
    expect(core(rules(text)).rulesets[0]?.tracking).toBe(tracking);
  });
});

describe('bad text', () => {
  it.each([
    ['table ip t {\nchain c {\ntype filter hook\n}\n}', 3],
    ['table ip t {\nset s {\nelements = { 1,\n2\n', 5],
    ['nonsense', 1],
    ['{"nftables": []}', 1],
  ])('%j is refused at its line', (text, line) => {
    const { value, diagnostics } = readText(text, { file: '-' });
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'nft-listing', line }]);
  });
});


describe('what a listing does not tell', () => {
  it.each([
    ['ip', 'ct reply ip saddr 0.0.0.10', true],
    ['ip', 'ct reply ip saddr != 0.10.1.2', true],
    ['ip', 'ct reply ip saddr 10.1.2.3', false],
    ['ip6', 'ct reply ip6 saddr ::fd00:1', true],
    ['ip6', 'ct reply ip6 saddr fd00::1', false],
    ['ip', 'tcp option maxseg missing', true],
    ['ip', 'meta l4proto tcp tcp option maxseg missing', false],
  ] as const)('%s %s', (family, text, untold) => {
    const opaque = (form: 'script' | 'listing'): boolean => core(rules(`${text} drop`, family), form).rulesets[0]?.tables[0]?.chains[0]?.rules[0]?.steps.some(({ kind }) => kind === 'refuse') === true;
    expect(opaque('listing')).toBe(untold);
    expect(opaque('script')).toBe(false);
  });

  it('is read from the script that was loaded', () => {
    const [listed, script] = (['listing', 'script'] as const).map((form) => readText(rules('tcp dport 22 accept\ntcp option maxseg missing drop'), { file: '-', form }).value);
    if (listed === undefined || script === undefined) throw new Error('not read');
    const { script: merged, taken } = withScript(listed, script);
    expect(taken).toBe(1);
    expect(merged).toEqual({ tables: [{ ...listed.tables[0], chains: [{ ...listed.tables[0]?.chains[0], rules: [listed.tables[0]?.chains[0]?.rules[0], script.tables[0]?.chains[0]?.rules[1]] }] }] });
  });
});

describe('scripts that add one thing at a time', () => {
  it('are read as tables', () => {
    const whole = core(rules('tcp dport 22 accept'));
    const parts = core('add table ip t\nadd chain ip t c { type filter hook forward priority 0; policy accept; }\nadd rule ip t c tcp dport 22 accept\n');
    expect(identityOf(parts)).toBe(identityOf(whole));
  });
});
