import { describe, expect, it } from 'vitest';
import { identityOf, type CoreRule } from '../../src/ir/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';

const raised = (text: string): readonly CoreRule[] => {
  const { value, diagnostics } = readText(`table ip t {\nchain c {\ntype filter hook prerouting priority -150; policy accept;\n${text}\n}\n}\n`, { file: '-', form: 'script' });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return raise(value, { file: '-' }).value.rulesets[0]?.tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules)) ?? [];
};

/** What is done beside the packet, and how else a rule ends. */
const deeds = (text: string): readonly string[] => raised(text).map(({ action }) => (action.kind === 'outside' ? identityOf(action.jump) : action.kind));
const jump = (node: object): string => identityOf(node);

describe('what nft does beside a packet, read as the jump of iptables that it is', () => {
  it.each([
    ['queue num 1-3 bypass,fanout', { kind: 'nfqueue', queue: { min: 1, max: 3 }, bypass: true, cpuFanout: true }],
    ['queue flags bypass to 7', { kind: 'nfqueue', queue: { min: 7, max: 7 }, bypass: true }],
    ['queue', { kind: 'nfqueue', queue: { min: 0, max: 0 } }],
    ['dup to 10.0.0.9', { kind: 'tee', gateway: 0x0a000009n }],
    ['log level audit', { kind: 'audit', type: 'accept' }],
    ['meta nftrace set 1', { kind: 'trace' }],
    ['meta priority set 1:ffff', { kind: 'classify', major: 1, minor: 0xffff }],
    ['meta priority set root', { kind: 'classify', major: 0xffff, minor: 0xffff }],
    ['meta priority set none', { kind: 'classify', major: 0, minor: 0 }],
    ['ip protocol tcp reset tcp option sack-perm', { kind: 'tcpoptstrip', options: [4] }],
    ['ip protocol tcp reset tcp option 254', { kind: 'tcpoptstrip', options: [254] }],
    ['meta secmark & 0xffffffff == 0 meta secmark set ct secmark', { kind: 'connsecmark', operation: 'restore' }],
    ['ct secmark & 0xffffffff == 0 meta secmark & 0xffffffff != 0 ct secmark set meta secmark', { kind: 'connsecmark', operation: 'save' }],
    ['tcp flags & (fin|syn|rst|ack) { syn, ack } synproxy mss 1460 wscale 9 sack-perm', { kind: 'synproxy', sackPermitted: true, windowScale: 9, mss: 1460 }],
  ])('%s', (text, node) => {
    expect(deeds(text)).toEqual([jump(node)]);
  });

  it('TPROXY is nft\'s with a drop right behind it', () => {
    const text = 'meta l4proto tcp tproxy to 10.0.0.1:3129 meta mark set meta mark & 0xffffff00 ^ 0x23 accept\ndrop';
    expect(deeds(text)).toEqual([jump({ kind: 'tproxy', port: 3129, address: 0x0a000001n, mark: { value: 0x23, mask: 0xff } }), 'drop']);
    expect(deeds('meta l4proto tcp tproxy to :3129 accept\ndrop')).toEqual([jump({ kind: 'tproxy', port: 3129, address: 0n, mark: { value: 0, mask: 0 } }), 'drop']);
  });

  it.each([
    'meta l4proto tcp tproxy to :3129 accept', 'meta l4proto tcp tproxy to :3129 accept\nip ttl 1 drop', 'tcp flags & (fin|syn|rst|ack) { syn } synproxy mss 1460', 'meta l4proto tcp synproxy mss 1460',
    'dup to 10.0.0.9 device "eth0"', 'meta secmark set ct secmark', 'meta nftrace set 0', 'log level audit prefix "x"',
  ])('not %s, which does something else', (text) => {
    expect(deeds(text)[0]).not.toMatch(/^\{/);
  });

  it('a rule for each value of a byte is a sum, or as many rules', () => {
    const values = (amount: number, skip: number): string => Array.from({ length: 256 }, (_, ttl) => `ip ttl ${ttl} ip ttl set ${Math.min(255, ttl + (ttl === skip ? 0 : amount))} return`).join('\n');
    const merged = (amount: number): string => `${Array.from({ length: 256 - amount - 1 }, (_, ttl) => `ip ttl ${ttl} ip ttl set ${ttl + amount} return`).join('\n')}\nip ttl ${255 - amount}-255 ip ttl set 255 return`;
    expect(raised(merged(5)).map(({ action }) => action)).toMatchObject([{ kind: 'assign', to: 'ip.ttl', value: { kind: 'add', amount: 5 } }, { kind: 'return' }]);
    expect(raised(values(5, 100)).length).toBeGreaterThan(200);
  });

  it('JSON says the same', () => {
    const expressions = [{ queue: { num: { range: [1, 3] }, flags: ['fanout'] } }, { dup: { addr: '10.0.0.9' } }, { synproxy: null }];
    const objects = [{ table: { family: 'ip', name: 't' } }, { chain: { family: 'ip', table: 't', name: 'c' } }, ...expressions.map((one) => ({ rule: { family: 'ip', table: 't', chain: 'c', expr: [one] } }))];
    const { value } = readListing(JSON.stringify({ nftables: objects }), { file: '-' });
    if (value === undefined) throw new Error('not read');
    const rules = raise(value, { file: '-' }).value.rulesets[0]?.tables[0]?.chains[0]?.rules ?? [];
    expect(rules.map(({ action }) => (action.kind === 'outside' ? action.jump.kind : action.kind))).toEqual(['nfqueue', 'tee', 'refuse', 'accept']);
  });
});
