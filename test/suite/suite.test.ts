import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { Program } from '../../src/ir/index.js';
import { describePacket, parsePacketLines } from '../../src/packet/index.js';
import { formatSuite, suiteNote, suiteOf, type Suite } from '../../src/suite/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';

const rules = `*mangle
-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xff
COMMIT
*filter
:INPUT DROP
:web -
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,8000:8010 -j web
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A web -i eth0 -j REJECT --reject-with tcp-reset -p tcp
-A web -m ttl --ttl-lt 5 -j DROP
-A web -j ACCEPT
-A FORWARD -o ppp+ -d 192.168.0.0/16 -j DROP
COMMIT
`;

function program(text: string): Program {
  const { value, diagnostics } = parse(text, { file: 'rules', family: 4 });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { rulesets: [value], sets: [] };
}

const must = (suite: Suite | undefined): Suite => {
  if (suite === undefined) throw new Error('gave up');
  return suite;
};

describe('a suite of packets', () => {
  const suite = must(suiteOf(program(rules)));

  it('has one for every class, and the edges', () => {
    expect(suite.classes).toBe(BigInt(suite.judged + suite.unbuilt));
    const words = suite.entries.map(({ packet }) => describePacket(packet)).join('\n');
    for (const port of [21, 22, 23, 79, 80, 81, 7999, 8000, 8010, 8011]) expect(words, String(port)).toMatch(new RegExp(`^tcp .*:${port} `, 'm'));
    for (const source of ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0']) expect(words).toContain(` ${source}:`);
    expect(new Set(suite.entries.map(({ expected }) => `${expected.verdict} ${expected.stage ?? ''}`)).size).toBeGreaterThan(4);
  });

  it.each([
    ['--dport 22', '--dport 23'],
    ['10.0.0.0/8', '10.0.0.0/9'],
    ['8000:8010', '8000:8009'],
    ['8000:8010', '8001:8010'],
    ['--icmp-type 8', '--icmp-type 13'],
    ['--ttl-lt 5', '--ttl-lt 6'],
    ['RELATED,ESTABLISHED', 'ESTABLISHED'],
    ['INPUT DROP', 'INPUT ACCEPT'],
    ['-i eth0 -j REJECT', '-j REJECT'],
    ['192.168.0.0/16', '192.168.0.0/17'],
  ])('tells %s from %s', (right, wrong) => {
    expect(rules).toContain(right);
    const { judge } = createInterpreter(program(rules.replace(right, wrong)), {});
    const told = suite.entries.filter(({ packet, expected }) => {
      const other = judge(packet);
      return other.verdict !== expected.verdict || other.mark !== expected.mark || other.replies.length !== expected.replies.length;
    });
    expect(told.length).toBeGreaterThan(0);
  });

  it('is JSON lines that trace reads, and that say what to expect', () => {
    const text = formatSuite(suite);
    const { value, diagnostics } = parsePacketLines(text);
    expect(diagnostics).toEqual([]);
    expect(value).toEqual(suite.entries.map(({ packet }) => packet));
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ id: '1', expect: { verdict: suite.entries[0]?.expected.verdict } });
  });

  it('says what it leaves out', () => {
    const part = must(suiteOf(program(rules), { classesAtMost: 5 }));
    expect(suiteNote(part)).toMatch(/^\d+ packets for \d+ of the \d+ classes that the rules tell apart; .*\d+ are left out for their number$/);
    expect(suiteNote(suite)).not.toContain('left out');
  });
});
