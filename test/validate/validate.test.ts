import { describe, expect, it } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import type { Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { validateIptables, validateNft, type NftOutput } from '../../src/validate/index.js';

const rules = `*mangle
-A PREROUTING -m conntrack --ctstate ESTABLISHED -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*filter
:INPUT DROP
:ssh -
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ssh
-A INPUT -p udp -m multiport --ports 53,123 -j ACCEPT
-A ssh -s 10.0.0.0/8 -j ACCEPT
-A ssh -m limit --limit 3/min -j LOG --log-prefix "ssh "
-A ssh -p tcp -j REJECT --reject-with tcp-reset
COMMIT
`;

function program(text: string): Program {
  const { value, diagnostics } = parse(text, { file: 'rules', family: 4 });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { rulesets: [value], sets: [] };
}

function carried(text: string, notation: NftOutput['notation']): NftOutput {
  const { text: output, assumptions } = translate(program(text), { to: notation, strict: false, assume: [] });
  if (output === undefined) throw new Error('not carried');
  return { text: output, notation, assumptions };
}

describe('an output for nft, read again', () => {
  it.each(['nft', 'nft-json'] as const)('%s is proved equal, modulo what no proof looks into', (notation) => {
    const { judge, verification } = validateNft(program(rules), carried(rules, notation));
    expect(judge).toBe('reader');
    expect(verification).toMatchObject({ kind: 'equivalent', modulo: expect.arrayContaining([{ kind: 'opaque', text: expect.stringContaining('limit') as string }]) as unknown });
  });

  it.each([
    ['a port', 'dport 22', 'dport 23'],
    ['a prefix', '10.0.0.0/8', '10.0.0.0/9'],
    ['a policy', 'policy drop', 'policy accept'],
    ['a set of states', 'ct state established,related', 'ct state established'],
    ['a log prefix', '"ssh "', '"shh "'],
    ['a reject', 'reject with tcp reset', 'drop'],
    ['one bit of a mark', 'ct mark & 0x80 == 0x80', 'ct mark & 0x100 == 0x100'],
  ])('%s changed is called different', (_, right, wrong) => {
    const output = carried(rules, 'nft');
    expect(output.text).toContain(right);
    const { verification } = validateNft(program(rules), { ...output, text: output.text.replace(right, wrong) });
    expect(verification.kind).toBe('different');
  });

  it('is judged by what the kernel lists, where that is given', () => {
    const listing = JSON.stringify({ nftables: [{ table: { family: 'ip', name: 'filter' } }] });
    const { judge, verification } = validateNft(program(rules), carried(rules, 'nft'), { listing });
    expect(judge).toBe('kernel');
    expect(verification.kind).toBe('different');
  });

  it('gives up within its budget', () => {
    expect(validateNft(program(rules), carried(rules, 'nft'), { budget: 100 }).verification.kind).toBe('gave-up');
  });

  it('throws where it cannot be read at all', () => {
    expect(() => validateNft(program(rules), { text: 'table {', notation: 'nft', assumptions: [] })).toThrow('cannot be read again');
  });
});

describe('canonical rules, read again', () => {
  const ruleset = program(rules).rulesets[0];
  const printed = ruleset === undefined ? '' : print(ruleset, { counters: false }).value;

  it('are proved equal', () => {
    expect(validateIptables(program(rules), printed, 4).verification.kind).toBe('equivalent');
  });

  it('are called different where a rule is', () => {
    expect(validateIptables(program(rules), printed.replace('--dport 22', '--dport 23'), 4).verification.kind).toBe('different');
  });
});
