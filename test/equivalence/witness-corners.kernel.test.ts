import { describe, expect, it } from 'vitest';
import { readIptables } from '../../src/verify/read.js';
import type { Difference, Verification } from '../../src/verify/result.js';
import { verify } from '../../src/verify/verify.js';
import { available } from '../kernel/index.js';
import { faultOf, legacyRules } from './replay.js';

const filter = (rules: readonly string[]): string => `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

const table = (name: string, rules: readonly string[], chains = ''): string => `*${name}\n${chains}${rules.join('\n')}\nCOMMIT\n`;

function compared(left: string, right: string): Verification {
  const [one, other] = [left, right].map((text) => readIptables([{ text, file: 'rules', family: 4 }], []).value);
  if (one === undefined || other === undefined) throw new Error('two sides');
  return verify(one, other);
}

interface Corner {
  readonly left: string;
  readonly right: string;
  /** What of the witness makes it a corner. */
  readonly shows: (difference: Difference) => unknown;
  readonly drawn?: true;
}

const marked = (rule: string): string => table('nat', [rule, '-A OUTPUT -p udp --dport 53 -j DNAT --to-destination 10.88.0.7', '-A POSTROUTING -m mark --mark 1 -j MASQUERADE'], ':AGAIN - [0:0]\n');

const masqueraded = table('nat', ['-A POSTROUTING -s 10.13.43.0/28 -p tcp -j MASQUERADE --to-ports 1024-65535', '-A POSTROUTING -s 10.13.43.0/28 -p udp -j MASQUERADE --to-ports 1024-65535']);

const corners: readonly (readonly [string, Corner])[] = [
  ['an answer where nothing may begin', { left: filter(['-A INPUT -m state --state ESTABLISHED -j ACCEPT']), right: filter(['-A INPUT -m state --state INVALID -j DROP']), shows: ({ witness }) => witness?.standing?.mark === 0 }],
  ['an error about a connection that may not begin', { left: filter(['-A INPUT -m state --state RELATED -j ACCEPT']), right: filter(['-A INPUT -m state --state INVALID -j DROP']), shows: ({ witness }) => witness?.standing?.mark === 0 }],
  ['a connection with a mark that no rule gives', { left: filter(['-A OUTPUT -m connmark --mark 7 -j ACCEPT']), right: filter(['-A OUTPUT -m connmark --mark 8 -j ACCEPT']), shows: ({ witness }) => [7, 8].includes(witness?.standing?.mark ?? 0) }],
  ['a mark that is restored', { left: table('mangle', ['-A PREROUTING -m state --state ESTABLISHED -j CONNMARK --restore-mark']), right: table('mangle', ['-A PREROUTING -m state --state NEW -j CONNMARK --restore-mark']), shows: ({ witness }) => witness?.standing?.mark !== 0 }],
  ['one translation or another, by chance, or none', {
    left: table('nat', ['-A PREROUTING -p tcp --dport 80 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.1.2.3', '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.1.2.4']),
    right: table('nat', ['-A PREROUTING -p tcp --dport 81 -j DNAT --to-destination 10.1.2.4']), shows: ({ witness }) => witness?.standing === undefined, drawn: true,
  }],
  ['a translation that leads back to this host', {
    left: marked('-A OUTPUT -s 127.0.0.1 -d 127.0.0.2 -p udp -j MARK --set-mark 1'), right: marked('-A OUTPUT -s 127.0.0.3 -d 127.0.0.2 -p udp -j MARK --set-mark 1'), shows: ({ witness }) => witness?.topology.local?.includes('10.88.0.7'),
  }],
  ['a rate that is used up', { left: filter(['-A INPUT -p icmp -m limit --limit 1/s -j ACCEPT', '-A INPUT -p icmp -j REJECT', '-A OUTPUT -j ACCEPT']), right: filter(['-A INPUT -p icmp -m limit --limit 1/s -j ACCEPT', '-A INPUT -p icmp -j DROP', '-A OUTPUT -j ACCEPT']), shows: ({ witness }) => (witness?.before.length ?? 0) > 5 }],
  ['a list that has filled', {
    left: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -m recent --name a --rcheck --hitcount 4 -j REJECT', '-A INPUT -p tcp --dport 22 -j ACCEPT']),
    right: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -j ACCEPT']), shows: ({ witness }) => (witness?.before.length ?? 0) >= 3,
  }],
  ['a list that fills one packet earlier', {
    left: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --rcheck --hitcount 3 -j DROP', '-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -j ACCEPT']),
    right: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -m recent --name a --rcheck --hitcount 3 -j DROP', '-A INPUT -p tcp --dport 22 -j ACCEPT']), shows: ({ witness }) => (witness?.before.length ?? 0) > 0,
  }],
  ['a list whose rate is slow, one packet earlier', {
    left: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -m recent --name a --update --seconds 30 --hitcount 6 -j REJECT', '-A INPUT -p tcp --dport 22 -j ACCEPT']),
    right: filter(['-A INPUT -p tcp --dport 22 -m recent --name a --update --seconds 30 --hitcount 6 -j REJECT', '-A INPUT -p tcp --dport 22 -m recent --name a --set', '-A INPUT -p tcp --dport 22 -j ACCEPT']), shows: ({ witness }) => witness?.before.length === 5,
  }],
  ['an answer to a port that the kernel draws, which nobody can replay, so another', {
    left: masqueraded + filter(['-A FORWARD -o vpn -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A FORWARD -i vpn -j ACCEPT']), right: masqueraded + filter(['-A FORWARD -i vpn -j ACCEPT']),
    shows: ({ witness }) => witness?.before.length !== 0 && !/> 192\.0\.2\.1:1024 /.test(witness?.words ?? ''),
  }],
  ['an address of network 0, which a host may have', { left: filter(['-A INPUT -d 0.0.0.128 -p udp -j ACCEPT']), right: filter(['-A INPUT -d 0.0.0.129 -p udp -j ACCEPT']), shows: ({ witness }) => /0\.0\.0\.12[89]/.test(witness?.words ?? '') }],
  ['an address that the whole network hears', { left: filter(['-A INPUT -m addrtype --dst-type BROADCAST -j ACCEPT']), right: filter(['-A INPUT -p 251 -j DROP']), shows: ({ witness }) => witness?.standing === undefined }],
];

describe('what no packet that is shown holds is said to be so', () => {
  it('a checksum that the device was to make', () => {
    const rule = (port: number): string => table('mangle', [`-A POSTROUTING -p udp --dport ${port} -j CHECKSUM --checksum-fill`]);
    const result = compared(rule(68), rule(69));
    if (result.kind !== 'different') throw new Error(result.kind);
    expect(result.differences.map(({ hook, witness }) => [hook, witness?.replayable, witness?.hangsOn])).toEqual([['POSTROUTING', false, 'what the packet does not hold: a checksum that is still to be made']]);
  });
});

describe.skipIf(!available().ok)('what is hard to show, the kernel shows', () => {
  it.each(corners)('%s', async (_, { left, right, shows, drawn = false }) => {
    const result = compared(left, right);
    const [difference] = result.kind === 'different' ? result.differences.filter(({ witness }) => witness?.replayable === true) : [];
    if (difference === undefined) throw new Error(`${result.kind}: no witness that is replayable`);
    expect(shows(difference), JSON.stringify(difference.witness?.topology)).toBeTruthy();
    expect(await faultOf(difference, legacyRules(4, left, undefined), legacyRules(4, right, undefined), { drawn })).toBeUndefined();
  }, 30_000);
});
