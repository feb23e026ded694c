import { describe, expect, it } from 'vitest';
import { assumptions, type AssumptionId, type Family } from '../../src/ir/index.js';
import { faultOf, legacyRules } from '../equivalence/replay.js';
import { available } from './available.js';
import { judgeScript, stockTranslation } from './stock.js';

/** One fault of `iptables-restore-translate` 1.8.9: rules that load after it, and mean something else. */
interface Fault {
  readonly name: string;
  readonly rule: string;
  readonly family?: Family;
  /** `filter INPUT` unless given. */
  readonly at?: string;
  /** The assumption that the fault breaks. All others are taken, so that what differs is the fault. */
  readonly without?: readonly AssumptionId[];
}

const faults: readonly Fault[] = [
  { name: 'a match of a protocol without options is lost', rule: '-p tcp -m tcp -j DROP' },
  { name: 'a full range negated matches everything', rule: '-p udp -m udp ! --sport 0:65535 -j DROP' },
  { name: 'the negation of a destination port is lost', rule: '-p udp -m udp ! --dport 53 -j DROP' },
  { name: 'the negation of a source port leaks to the destination port', rule: '-p udp -m udp ! --sport 53 --dport 53 -j DROP' },
  { name: 'a range among --ports is taken for its two ends', rule: '-p tcp -m multiport --ports 80,8000:8010 -j DROP' },
  { name: 'the negation of --ports is lost', rule: '-p tcp -m multiport ! --ports 80,443 -j DROP' },
  { name: 'one of two address types is dropped', rule: '-m addrtype --src-type UNICAST --dst-type BROADCAST -j DROP' },
  { name: 'a negation lands on the other address', rule: '-m addrtype --src-type UNICAST ! --dst-type BROADCAST -j DROP' },
  { name: 'the negation of a translated state is lost', rule: '-m conntrack ! --ctstate DNAT -j DROP' },
  { name: 'a state beside DNAT is lost', rule: '-m conntrack --ctstate NEW,DNAT -j DROP' },
  { name: 'DNAT beside SNAT is lost', rule: '-m conntrack --ctstate SNAT,DNAT -j DROP' },
  { name: 'ESTABLISHED beside SNAT is lost', rule: '-m conntrack --ctstate SNAT,ESTABLISHED -j DROP' },
  { name: 'NEW and the negation before NEW,DNAT are lost', rule: '-m conntrack ! --ctstate NEW,DNAT -j DROP' },
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
  { name: 'ports are read out of later fragments', rule: '-p udp -m udp --dport 53 -j DROP', without: ['no-later-fragments'] },
  { name: 'the mask of a reply address is lost', rule: '-m conntrack --ctreplsrc 10.0.0.0/255.0.255.0 -j DROP' },
];

/** Rules of the shelf that are translated right, or at least equal under the assumptions: so the judgement can say so. */
const sound: readonly Fault[] = [
  { name: 'a port', rule: '-p udp -m udp --dport 53 -j DROP' },
  { name: 'ports', rule: '-p tcp -m multiport --dports 80,8000:8010 -j DROP' },
  { name: 'a type of address', rule: '-m addrtype --dst-type BROADCAST -j DROP' },
  { name: 'a state', rule: '-m conntrack ! --ctstate NEW -j DROP' },
  { name: 'a whole mark', at: 'mangle FORWARD', rule: '-j CONNMARK --restore-mark' },
  { name: 'a segment size', rule: '-p tcp -m tcpmss --mss 536:1460 -j DROP' },
];

function dumpOf({ rule, at = 'filter INPUT' }: Fault): string {
  const [table = '', chain = ''] = at.split(' ');
  return `*${table}\n:${chain} ACCEPT [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;
}

const host: readonly AssumptionId[] = ['untagged-frames', 'unfragmented-packets', 'no-later-fragments'];
const everything = Object.keys(assumptions).filter((id): id is AssumptionId => !host.some((one) => one === id));
const taken = ({ without = [] }: Fault): readonly AssumptionId[] => [...everything, 'no-later-fragments' as const].filter((id) => !without.includes(id));

describe.skipIf(!available().ok)('faults of the stock translator', () => {
  it.each(faults)('$name', async (fault) => {
    const family = fault.family ?? 4;
    const rules = dumpOf(fault);
    const script = await stockTranslation(family, rules);
    if (script.kind === 'failed') throw new Error(script.words);
    const judged = await judgeScript(family, rules, { assume: taken(fault), script: script.text });
    if (judged.kind !== 'compared') throw new Error(judged.words);
    expect(judged.unread).toEqual([]);
    const { verification } = judged;
    if (verification.kind !== 'different') throw new Error(`called ${verification.kind}: ${script.text}`);
    const [difference] = verification.differences;
    if (difference?.witness === undefined) throw new Error('no witness');
    if (process.env['SHOW']) console.log(fault.name, '|', difference.witness.words, difference.witness.replayable, difference.witness.hangsOn, difference.left?.outcome, '/', difference.right?.outcome);
    if (difference.witness.replayable) expect(await faultOf(difference, legacyRules(family, rules, undefined), (one) => one.loadNft(script.text))).toBeUndefined();
  });

  it.each(sound)('none: $name', async (fault) => {
    const rules = dumpOf(fault);
    const script = await stockTranslation(4, rules);
    if (script.kind === 'failed') throw new Error(script.words);
    expect(await judgeScript(4, rules, { assume: taken(fault), script: script.text })).toMatchObject({ kind: 'compared', verification: { kind: 'equivalent' } });
  });
});
