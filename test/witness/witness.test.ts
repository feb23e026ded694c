import { describe, expect, it } from 'vitest';
import { describePacket, parseWords, toHex } from '../../src/packet/index.js';
import type { Hook } from '../../src/ir/index.js';
import { readIptables } from '../../src/verify/read.js';
import type { Difference } from '../../src/verify/result.js';
import { verify } from '../../src/verify/verify.js';

const policies = '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n';

/** The only difference between two rule sets, each a few rules of the filter table unless it names its tables. */
function only(left: readonly string[], right: readonly string[]): Difference & { readonly witness: NonNullable<Difference['witness']> } {
  const [one, other] = [left, right].map((rules) => {
    const text = rules.some((rule) => rule.startsWith('*')) ? rules.join('\n') : `${policies}${rules.join('\n')}\nCOMMIT\n`;
    const { value, diagnostics } = readIptables([{ text, file: 'rules', family: undefined }], []);
    if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return value;
  });
  if (one === undefined || other === undefined) throw new Error('two sides');
  const result = verify(one, other);
  const [difference] = result.kind === 'different' ? result.differences : [];
  if (difference?.witness === undefined) throw new Error(`${result.kind}: no witness`);
  return { ...difference, witness: difference.witness };
}

const words = (left: readonly string[], right: readonly string[]): string => only(left, right).witness.words;
const none = ['-A INPUT -p 251 -j DROP'];

describe('a witness is as a person would write it', () => {
  it.each([
    [['-A INPUT -p tcp --dport 22 -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0'],
    [['-A INPUT -p udp --dport 53 -j ACCEPT'], 'udp 203.0.113.9:40000 > 10.0.0.5:53 in eth0'],
    [['-A INPUT -p icmp --icmp-type echo-request -j ACCEPT'], 'icmp 203.0.113.9 > 10.0.0.5 type 8 code 0 in eth0'],
    [['-A INPUT -s 192.0.2.0/24 -i ppp+ -j ACCEPT'], 'tcp 192.0.2.7:40000 > 10.0.0.5:80 syn in ppp0'],
    [['-A INPUT -p tcp --tcp-flags ALL FIN -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:80 fin in eth0'],
    [['-A INPUT -p esp -m esp --espspi 500 -j ACCEPT'], 'esp 203.0.113.9 > 10.0.0.5 spi 500 in eth0'],
    [['-A INPUT -p tcp -m tcpmss --mss 536 -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:80 syn mss 536 in eth0'],
    [['-A INPUT -m mac --mac-source 02:00:00:00:00:77 -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:80 syn in eth0 mac 02:00:00:00:00:77'],
    [['-A INPUT -m ttl --ttl-lt 3 -p udp -j ACCEPT'], 'udp 203.0.113.9:40000 > 10.0.0.5:53 ttl 2 in eth0'],
    [['-A INPUT -m mark --mark 0x10/0xf0 -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:80 syn in eth0 mark 0x10'],
    [['-A FORWARD -i eth0 -o wan1 -p tcp --dport 443 -j ACCEPT'], 'tcp 203.0.113.9:40000 > 10.0.0.5:443 syn in eth0'],
    [['-A OUTPUT -m owner --uid-owner 33 -j DROP'], 'tcp 10.0.0.5:40000 > 203.0.113.9:80 syn local uid 33'],
    [['-A INPUT -i lo -j ACCEPT'], 'tcp 127.0.0.1:40000 > 127.0.0.1:80 syn local'],
    [['-A INPUT -s 2001:db8::/32 -p tcp --dport 22 -j ACCEPT'], 'tcp [2001:db8::9]:40000 > [fd00::5]:22 syn in eth0'],
  ])('%s', (rules, expected) => {
    const { witness } = only(rules, expected.includes('[') ? ['-A INPUT -s ::1/128 -p 251 -j DROP'] : none);
    expect(witness.words).toBe(expected);
    expect(witness).toMatchObject({ replayable: true, before: [] });
    // The words say the packet.
    const { value } = parseWords(witness.words);
    expect(value && toHex(value.bytes)).toBe(toHex(witness.packet.bytes));
    expect(value).toMatchObject({ origin: witness.packet.origin });
  });
});

describe('states need packets before', () => {
  const door = '-A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT';

  it('the middle of a connection that both sides let in', () => {
    const { witness, left, right } = only(['-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', door], [door]);
    expect(witness.replayable).toBe(true);
    expect(witness.before.map(describePacket)).toEqual(['tcp 10.0.0.5:80 > 203.0.113.9:40000 ack local']);
    expect(left?.outcome).toBe('accepted, delivered to this host');
    expect(right?.outcome).toBe('dropped in INPUT');
  });

  it('an ICMP error quotes the packet that it is about', () => {
    const { witness } = only(['-A INPUT -m conntrack --ctstate RELATED -j ACCEPT'], ['-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT']);
    expect(witness.replayable).toBe(true);
    expect(witness.before).toHaveLength(1);
    expect(toHex(witness.packet.bytes)).toContain(toHex(witness.before[0]?.bytes ?? new Uint8Array()));
  });

  it('INVALID is told by the packet alone', () => {
    const { witness } = only(['-A INPUT -m conntrack --ctstate INVALID -j ACCEPT'], ['-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT']);
    expect(witness).toMatchObject({ replayable: true, before: [] });
  });
});

describe('hosts and connections that the difference needs', () => {
  it('IPv6 forwards what has a link-local source to its own link only', () => {
    const { witness, left, right } = only(['-A FORWARD -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT'], ['-A FORWARD -s fd00::1/128 -p 251 -j DROP']);
    expect(witness.replayable).toBe(true);
    expect([left.outcome, right.outcome]).toEqual(['accepted, forwarded out eth0', 'dropped in FORWARD']);
  });

  it('answers come to the address that hides the one who asked', () => {
    const masked = (...rules: readonly string[]): readonly string[] => ['*nat', '-A POSTROUTING -o eth+ -j MASQUERADE', 'COMMIT', '*filter', ':FORWARD DROP [0:0]', ...rules, '-A FORWARD -i vif+ -j ACCEPT', 'COMMIT'];
    const { witness, left } = only(masked('-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'), masked());
    expect(witness.replayable).toBe(true);
    expect(left.outcome).toMatch(/^accepted, forwarded out vif0, sent on to 10\.0\.0\.5:/);
  });

  it('marks of packets become marks of connections', () => {
    const mangle = (...rules: readonly string[]): readonly string[] => ['*mangle', '-A PREROUTING -m mark --mark 0x539 -j CONNMARK --set-xmark 0x111/0xffffffff', ...rules, 'COMMIT'];
    const { witness, left, kind } = only(mangle('-A OUTPUT -m connmark --mark 0x111 -j CONNMARK --restore-mark'), mangle());
    expect(witness.replayable).toBe(true);
    expect(witness.before[0]?.mark).toBe(0x539);
    expect(kind).toBe('effect');
    expect(left.outcome).toMatch(/marked 0x111/);
    expect(left.deciding).toMatchObject({ chain: 'OUTPUT', rule: 1 });
  });

  it('one side lets it live, if that can be', () => {
    const nat = (port: number): readonly string[] => ['*nat', `-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports ${port}`, 'COMMIT', '*filter', ':INPUT DROP [0:0]', '-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 8080 -j ACCEPT', 'COMMIT'];
    const { left, right } = only(nat(8080), nat(8081));
    expect([left.outcome, right.outcome].map((outcome) => outcome.split(',')[0])).toEqual(['accepted', 'dropped in INPUT']);
  });
});

describe('what each side makes of it', () => {
  it('names the deciding rules by their lines', () => {
    const { left, right, kind } = only(['-A INPUT -p tcp --dport 22 -j ACCEPT'], none);
    expect(left?.deciding).toMatchObject({ chain: 'INPUT', rule: 1, line: 5, result: 'match' });
    expect(right?.deciding).toMatchObject({ chain: 'INPUT', rule: 0, result: 'policy' });
    expect(kind).toBe('verdict');
  });

  it.each<readonly [string, readonly string[], readonly string[], Hook, readonly [string, string]]>([
    ['logs', ['-A INPUT -j LOG --log-prefix "a "'], none, 'INPUT', ['dropped in INPUT, logged with prefix "a "', 'dropped in INPUT, not logged']],
    ['rejects', ['-A INPUT -p tcp -j REJECT --reject-with tcp-reset'], ['-A INPUT -p tcp -j REJECT'], 'INPUT', ['rejected in INPUT with a TCP reset', 'rejected in INPUT with ICMP type 3 code 3']],
    ['marks', ['*mangle', '-A PREROUTING -j MARK --set-mark 1', 'COMMIT'], ['*mangle', '-A PREROUTING -j MARK --set-mark 2', 'COMMIT'], 'PREROUTING', ['accepted, delivered to this host, marked 0x1', 'accepted, delivered to this host, marked 0x2']],
    ['translations', ['*nat', '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.1.2.3', 'COMMIT'], ['*nat', '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.1.2.4', 'COMMIT'], 'PREROUTING',
      ['accepted, forwarded out eth0, sent on to 10.1.2.3:80', 'accepted, forwarded out eth0, sent on to 10.1.2.4:80']],
  ])('%s', (_, left, right, hook, [one, other]) => {
    const difference = only(left, right);
    expect(difference).toMatchObject({ hook, left: { outcome: one }, right: { outcome: other }, witness: { replayable: true } });
  });
});

describe('what no packet alone decides is not called replayable', () => {
  it.each([
    ['-m limit --limit 5/s', '-m limit --limit 6/s', /^a rate: /],
    ['-m statistic --mode random --probability 0.5', '-m statistic --mode random --probability 0.25', /^chance: /],
    ['-m cpu --cpu 0', '-m cpu --cpu 1', /^a test that is not modelled: cpu/],
    ['-m helper --helper ftp', '-m helper --helper sip', /^what the packet does not hold: -m helper --helper/],
  ])('%s against %s', (left, right, reason) => {
    const { witness } = only([`-A INPUT ${left} -j ACCEPT`], [`-A INPUT ${right} -j ACCEPT`]);
    expect(witness.replayable).toBe(false);
    expect(witness.hangsOn).toMatch(reason);
  });
});

it('the same question has the same answer', () => {
  const ask = (): string => words(['-A INPUT -p tcp --dport 22 -j ACCEPT', '-A INPUT -p udp -j ACCEPT'], ['-A INPUT -p udp --dport 1:100 -j ACCEPT']);
  expect(ask()).toBe(ask());
});
