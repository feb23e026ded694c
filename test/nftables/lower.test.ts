import { describe, expect, test } from 'vitest';
import { cases, rulesOf, translated } from './cases.js';

const chainOf = (rule: string): string => rule.split(' ')[0] ?? '';

describe('one rule', () => {
  test.each(cases.map((one) => [`${one.strict === true ? 'strict ' : ''}${one.rule}`, one] as const))('%s', (_, { rule, nft, strict, ...where }) => {
    const { text, diagnostics } = translated([rule], { strict: strict === true, ...where });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(rulesOf(text, chainOf(rule))).toEqual(nft);
  });

  test('alternatives of a rule that goes on are tried in a chain of its own, and count once', () => {
    const { text } = translated(['INPUT -p tcp -m multiport --ports 80 -j LOG']);
    expect(rulesOf(text, '_.INPUT.1.1')).toEqual(['meta l4proto tcp jump _.INPUT.1.1'].slice(1).concat(['tcp sport 80 goto _.INPUT.1.2', 'tcp dport 80 goto _.INPUT.1.2']));
    expect(rulesOf(text, '_.INPUT.1.2')).toEqual(['counter log']);
  });

  test('a limit before alternatives is asked once', () => {
    const { text } = translated(['INPUT -p tcp -m limit --limit 3/sec -m multiport --ports 80 -j ACCEPT']);
    expect((text ?? '').match(/limit rate/g)).toHaveLength(1);
  });

  test('return after alternatives with a limit leaves the chain it stands in', () => {
    const { text } = translated(['x -m limit --limit 3/sec -p tcp -m multiport --ports 80 -j RETURN', 'x -j DROP', 'INPUT -j x'], { chains: ['x'] });
    expect(rulesOf(text, 'x')).toEqual(['meta l4proto tcp goto _.x.1.1', 'goto _.x.1.rest']);
    expect(rulesOf(text, '_.x.1.1').at(-1)).toBe('goto _.x.1.rest');
    expect(rulesOf(text, '_.x.1.rest')).toEqual(['counter drop']);
  });

  test('a header check falls on whoever is short, before the policy has a say', () => {
    const { text } = translated(['FORWARD -p udp --dport 53 -j ACCEPT'], { strict: true });
    expect(rulesOf(text, '_.whole.1')).toEqual(['@th,40,24 >= 0 return', 'drop']);
  });

  test('masked copies of marks go bit by bit, and not without an entry', () => {
    const { text } = translated(['PREROUTING -j CONNMARK --restore-mark --nfmask 0xf0 --ctmask 0x5'], { table: 'mangle' });
    expect(rulesOf(text, '_.PREROUTING.1.mark')).toEqual([
      'ct state invalid,untracked return',
      'meta mark set meta mark & 0xffffff0f',
      'ct mark & 0x1 == 0x1 meta mark set meta mark ^ 0x1',
      'ct mark & 0x4 == 0x4 meta mark set meta mark ^ 0x4',
    ]);
  });

  test('a helper is set right behind tracking', () => {
    const { text } = translated(['PREROUTING -p tcp --dport 21 -j CT --helper ftp'], { table: 'raw' });
    expect(text).toContain('type "ftp" protocol tcp');
    expect(text).toContain('type filter hook prerouting priority -199; policy accept;');
    expect(rulesOf(text, '_.PREROUTING.late.1.set')).toEqual(['ct state new ct helper set "_.ftp.tcp"', 'accept']);
  });
});

describe('the script', () => {
  test('names what it assumes, or refuses under --strict', () => {
    const rules = ['FORWARD -p tcp -m tcpmss --mss 1:9 -j DROP'];
    const { text, assumptions } = translated(rules);
    for (const id of assumptions) expect(text).toContain(`# assumes ${id}: `);
    expect(assumptions).toEqual(['no-truncated-l4-headers', 'no-later-fragments', 'plain-tcp-options']);
    expect(translated(rules, { strict: true }).text).toBeUndefined();
    expect(translated(rules, { strict: true, assume: ['no-later-fragments', 'plain-tcp-options'] }).text).toBeDefined();
  });

  test('IPv6 -p is refused under --strict unless AH is assumed away', () => {
    const rules = ['INPUT -p tcp -j DROP'];
    expect(translated(rules, { strict: true, family: 6 }).text).toBeUndefined();
    expect(translated(rules, { strict: true, family: 6, assume: ['no-ipv6-authentication-headers'] }).assumptions).toEqual(['no-ipv6-authentication-headers']);
  });

  test('tells the line of each rule when asked', () => {
    expect(rulesOf(translated(['INPUT -j ACCEPT'], { sourceLines: true }).text, 'INPUT')).toEqual(['# line 2', 'counter accept']);
  });

  test('puts the prefix before the table', () => {
    expect(translated(['INPUT -j ACCEPT'], { tablePrefix: 'my_' }).text).toContain('table ip my_filter {');
    expect(translated(['INPUT -j ACCEPT'], { tablePrefix: 'x; ' }).diagnostics.map(({ code }) => code)).toEqual(['nft-table-prefix']);
  });

  test('tracking is on where it was, and off where it was not', () => {
    expect(translated(['PREROUTING -j CT'], { table: 'raw' }).text).toContain('ct zone set 0');
    expect(translated(['INPUT -j ACCEPT']).text).not.toContain('ct ');
    expect(translated(['PREROUTING -j NOTRACK'], { table: 'raw' }).text).not.toContain('ct ');
    expect(translated(['PREROUTING -j MARK --set-mark 1'], { table: 'nat' }).text).not.toContain('ct ');
  });

  test.each([
    ['INPUT -p tcp -j LOG --log-prefix "say \\"x\\""', 'the log prefix'],
    ['INPUT -m limit --limit 1/hour --limit-burst 40', '--limit-burst 40 at this rate'],
    ['INPUT -p sctp -m sctp --chunk-types only DATA', 'this test of SCTP chunks'],
    ['INPUT -m recent --set -m recent ! --remove', 'recent'],
  ])('refuses %s', (rule, what) => {
    const { text, diagnostics } = translated([rule]);
    expect(text).toBeUndefined();
    const [first] = diagnostics.filter(({ severity }) => severity === 'error');
    expect(first).toMatchObject({ code: 'nft-cannot-say', line: 2, table: 'filter', chain: 'INPUT', rule: 1 });
    expect(first?.message).toContain(what);
  });

  test('refuses chains nested deeper than nft goes', () => {
    const chains = Array.from({ length: 16 }, (_, index) => `c${index}`);
    const rules = [...chains.map((chain, index) => `${chain} -j ${chains[index + 1] ?? 'ACCEPT'}`), 'INPUT -j c0'];
    expect(translated(rules, { chains }).diagnostics.map(({ code }) => code)).toContain('nft-chains-too-deep');
    expect(translated(rules.filter((rule) => !rule.startsWith('INPUT')).concat('INPUT -j c1'), { chains }).text).toBeDefined();
  });
});
