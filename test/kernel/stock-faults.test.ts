import { describe, expect, it } from 'vitest';
import { defaultAssumptions, type AssumptionId, type Family } from '../../src/ir/index.js';
import type { Verification } from '../../src/verify/result.js';
import { verify } from '../../src/verify/verify.js';
import { faultOf, legacyRules, type Loader } from '../equivalence/replay.js';
import { available } from './available.js';
import { against, loadedBy, stockTranslation } from './stock.js';

/** One fault of `iptables-restore-translate` 1.8.9: rules that load after it, and mean something else. */
interface Fault {
  readonly name: string;
  readonly rule: string;
  readonly family?: Family;
  /** `filter INPUT` unless given. */
  readonly at?: string;
  /** Tables before the rule's own. */
  readonly before?: string;
  /** The assumption that the fault breaks. All others are taken, so that what differs is the fault. */
  readonly without?: readonly AssumptionId[];
}

/** So that there are connections whose destination is translated. */
const dnat = '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination :8080\nCOMMIT\n';

const faults: readonly Fault[] = [
  { name: 'a match of a protocol without options is lost', rule: '-p tcp -m tcp -j DROP' },
  { name: 'a full range negated matches everything', rule: '-p udp -m udp ! --sport 0:65535 -j DROP' },
  { name: 'the negation of a destination port is lost', rule: '-p udp -m udp ! --dport 53 -j DROP' },
  { name: 'the negation of a source port leaks to the destination port', rule: '-p udp -m udp ! --sport 53 --dport 53 -j DROP' },
  { name: 'a range among --ports is taken for its two ends', rule: '-p tcp -m multiport --ports 80,8000:8010 -j DROP' },
  { name: 'the negation of --ports is lost', rule: '-p tcp -m multiport ! --ports 80,443 -j DROP' },
  { name: 'one of two address types is dropped', rule: '-m addrtype --src-type UNICAST --dst-type BROADCAST -j DROP' },
  { name: 'a negation lands on the other address', rule: '-m addrtype --src-type UNICAST ! --dst-type BROADCAST -j DROP' },
  { name: 'the negation of a translated state is lost', before: dnat, rule: '-m conntrack ! --ctstate DNAT -j DROP' },
  { name: 'a state beside DNAT is lost', before: dnat, rule: '-m conntrack --ctstate NEW,DNAT -j DROP' },
  { name: 'DNAT beside SNAT is lost', before: dnat, rule: '-m conntrack --ctstate SNAT,DNAT -j DROP' },
  { name: 'ESTABLISHED beside SNAT is lost', before: dnat, rule: '-m conntrack --ctstate SNAT,ESTABLISHED -j DROP' },
  { name: 'NEW and the negation before NEW,DNAT are lost', before: dnat, rule: '-m conntrack ! --ctstate NEW,DNAT -j DROP' },
  { name: 'a masked mark of a connection is no mark at all', at: 'mangle FORWARD', rule: '-j CONNMARK --set-mark 0x10/0xff' },
  { name: 'restoring a part of a mark wipes the rest', at: 'mangle FORWARD', rule: '-j CONNMARK --restore-mark --mask 0xff' },
  { name: 'saving a part of a mark wipes the rest', at: 'mangle FORWARD', rule: '-j CONNMARK --save-mark --mask 0xff' },
  { name: 'a masked traffic class overwrites all of it', family: 6, at: 'mangle FORWARD', rule: '-j TOS --set-tos 0x10/0x3f' },
  { name: 'a missing TCP option is missing from UDP too', rule: '-p tcp -m tcp ! --tcp-option 5 -j DROP' },
  { name: 'packets without a segment size no longer match', rule: '-p tcp -m tcpmss ! --mss 536:1460 -j DROP' },
  { name: 'a flag that is not set is compared with all flags', rule: '-p tcp -m ecn ! --ecn-tcp-ece -j DROP' },
  { name: 'one negation of two flags negates both', rule: '-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr -j DROP' },
  { name: 'not all chunks became none of them', rule: '-p sctp -m sctp ! --chunk-types all INIT,DATA -j DROP' },
  { name: 'no ICMP at all became all ICMP', rule: '-p icmp -m icmp ! --icmp-type any -j DROP' },
  { name: 'reserved bits must be set instead of clear', family: 6, rule: '-m ah --ahres -j DROP', without: ['no-ipv6-authentication-headers'] },
  { name: 'a length in bytes is taken for one in words', family: 6, rule: '-m ah --ahlen 20 -j DROP', without: ['no-ipv6-authentication-headers'] },
  { name: 'unicast no longer takes what is local', family: 6, rule: '-m addrtype --dst-type UNICAST -j DROP' },
  { name: 'a segment size is not added where there is none', at: 'mangle FORWARD', rule: '-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 500', without: ['syn-with-mss'] },
  { name: 'ports are read out of later fragments', at: 'filter FORWARD', rule: '-p udp -m udp --dport 53 -j DROP', without: ['no-later-fragments', 'no-nested-fragments'] },
];

/**
 * What else the shelf lists as loading with another meaning (numbers of its table) and is not judged here:
 * 21 helper, 25 devgroup, 30 frag and rt, 32 hbh and rt, 42 time, 43 cluster, 50 osf and recent, 58 AUDIT, 62 connlabel: not in the
 * language, or their meaning is not modelled. 48 `-I` with a position and 49 a table without its chains' lines do not come in dumps,
 * and what the tool makes of 49 does not load. 51 comments, 54 counters, 58 the range of NFLOG that never worked: no packet shows them.
 * 55 takes rules that iptables refuses, so there is nothing to compare with. 67: iptables-restore itself takes a mask whose ones are not
 * all leading for a single address, and any other mask is kept.
 */

/** Rules of the shelf that are translated right, or at least equal under the assumptions: so the judgement can say so. */
const sound: readonly Fault[] = [
  { name: 'a port', rule: '-p udp -m udp --dport 53 -j DROP' },
  { name: 'ports', rule: '-p tcp -m multiport --dports 80,8000:8010 -j DROP' },
  { name: 'a type of address', rule: '-m addrtype --dst-type BROADCAST -j DROP' },
  { name: 'a state', rule: '-m conntrack ! --ctstate NEW -j DROP' },
  { name: 'a network of reply addresses', rule: '-m conntrack --ctreplsrc 10.0.0.0/8 -j DROP' },
  { name: 'a whole mark', at: 'mangle FORWARD', rule: '-j CONNMARK --restore-mark' },
  { name: 'a segment size', rule: '-p tcp -m tcpmss --mss 536:1460 -j DROP' },
];

function dumpOf({ rule, before = '', at = 'filter INPUT' }: Fault): string {
  const [table = '', chain = ''] = at.split(' ');
  return `${before}*${table}\n:${chain} ACCEPT [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;
}

const host: readonly AssumptionId[] = ['untagged-frames', 'unfragmented-packets', 'no-later-fragments'];
const everything = Object.keys(defaultAssumptions).filter((id): id is AssumptionId => !host.some((one) => one === id));
const taken = ({ without = [] }: Fault): readonly AssumptionId[] => [...everything, 'no-later-fragments' as const].filter((id) => !without.includes(id));

async function judged(fault: Fault): Promise<{ readonly rules: string; readonly script: string; readonly verification: Verification }> {
  const family = fault.family ?? 4;
  const rules = dumpOf(fault);
  const translated = await stockTranslation(family, rules);
  if ('failed' in translated) throw new Error(translated.failed);
  const { script } = translated;
  const loaded = await loadedBy(script);
  if (loaded.kind === 'refused') throw new Error(loaded.words);
  expect(loaded.unread).toEqual([]);
  return { rules, script, verification: against(family, rules, loaded.input, { assume: taken(fault) }) };
}

/** Where the witness cannot be replayed in the kernel, both sides' judgements by ferrule's own stack must differ. */
async function shown(verification: Verification, left: Loader, right: Loader): Promise<string | undefined> {
  if (verification.kind !== 'different') return `called ${verification.kind}`;
  const [difference] = verification.differences;
  if (difference?.witness === undefined) return 'there is no witness';
  if (process.env['FERRULE_SHOW'] !== undefined) console.log(difference.witness.words, difference.witness.replayable, difference.left?.outcome, '/', difference.right?.outcome);
  return difference.witness.replayable ? faultOf(difference, left, right) : undefined;
}

describe.skipIf(!available().ok)('faults of the stock translator', () => {
  it.each(faults)('$name', async (fault) => {
    const { rules, script, verification } = await judged(fault);
    expect(await shown(verification, legacyRules(fault.family ?? 4, rules, undefined), (host) => host.loadNft(script)), script).toBeUndefined();
  });

  it.each(sound)('none: $name', async (fault) => {
    expect((await judged(fault)).verification.kind).toBe('equivalent');
  });
});

const chain = (...rules: readonly string[]): string => `table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`;

describe.skipIf(!available().ok)('faults of nft -o', () => {
  it('makes the tests of two bits one of exact values', async () => {
    const script = chain('tcp flags syn accept', 'tcp flags ack accept', 'ip protocol tcp drop');
    const [before, after] = [await loadedBy(script), await loadedBy(script, '-o')];
    if (before.kind === 'refused' || after.kind === 'refused') throw new Error('refused');
    const verification = verify(before.input, after.input, { assume: everything });
    const merged = chain('tcp flags { syn, ack } accept', 'ip protocol tcp drop');
    expect(await shown(verification, (host) => host.loadNft(script), (host) => host.loadNft(merged))).toBeUndefined();
  });

  it('makes two prefixes, one inside the other, a map that does not load', async () => {
    const script = chain('ip saddr 10.1.0.0/16 accept', 'ip saddr 10.0.0.0/8 drop');
    expect(await loadedBy(script)).toMatchObject({ kind: 'listed' });
    expect(await loadedBy(script, '-o')).toMatchObject({ kind: 'refused', words: expect.stringContaining('Error: ') as string });
  });
});
