import { addressBits, externalMeaning, type ExternalJump, type ExternalJumpKind, type Family, type JumpOf, prefixMask } from '../../../src/ir/index.js';
import { match, single, verdict, type Expression, type NftSynproxy, type Statement } from '../ast.js';
import { formatAddress } from '../types.js';
import { inOwnChain, protocolTest, type ActionPlan } from './action.js';
import { refuse, rest, type RuleContext } from './context.js';
import { payload } from './fields.js';

/** `reason` and `hint` of a refusal, the latter with nft text that comes nearest. */
type Refusal = { readonly reason: string; readonly hint: string };
type LowerExternal<K extends ExternalJumpKind> = (jump: JumpOf<K>, context: RuleContext) => ActionPlan | Refusal;

const passes = (...statements: readonly Statement[]): ActionPlan => ({ statements, flow: 'passes' });
const ends = (...statements: readonly Statement[]): ActionPlan => ({ statements, flow: 'ends' });

const table: { readonly [K in ExternalJumpKind]: LowerExternal<K> } = {
  audit: () => passes({ kind: 'log', log: { audit: true } }),
  checksum(_, context) {
    rest(context, 'no-partial-checksums', 'CHECKSUM');
    return passes();
  },
  classify: ({ major, minor }) => passes({ kind: 'set', target: { kind: 'meta', key: 'priority' }, value: { kind: 'value', value: (BigInt(major) << 16n) | BigInt(minor) } }),
  clusterip: () => ({ reason: 'nft has no shared addresses, and no current kernel has CLUSTERIP', hint: 'the nodes may tell sources apart instead: `jhash ip saddr mod NODES != NODE drop`' }),
  connsecmark: ({ operation }) => passes(...securityMarks[operation]),
  dnpt: ({ from, to }) => ({ reason: 'nft maps prefixes without state nowhere, and cannot compute what keeps checksums right', hint: `with state: \`dnat ip6 prefix to ip6 daddr map { ${network(from)} : ${network(to)} }\` in a nat chain` }),
  hmark: (jump, { family }) => ({ reason: 'nft has another hash, which gives other marks', hint: `\`${hashText(jump, family)}\` spreads packets as evenly` }),
  idletimer: ({ timeout }) => ({ reason: 'nft has no idle timers', hint: `a set tells by an element that is gone: \`add @idle { iifname timeout ${timeout}s }\`, with \`nft monitor elements\` to hear of it` }),
  led: () => ({ reason: 'nft has no LED triggers', hint: 'leave the rule out, no packet\'s fate hangs on it; `counter name "led"` may be watched by a program' }),
  nfqueue: ({ queue, bypass, cpuFanout }) => ends({ kind: 'queue', min: queue.min, max: queue.max, ...(bypass === true ? { bypass } : {}), ...(cpuFanout === true ? { fanout: true } : {}) }),
  rateest: () => ({ reason: 'nft has no rate estimators', hint: 'nft limits rates in the rule that asks: `limit rate over 1000/second`' }),
  secmark: ({ context }) => ({ reason: 'nft sets security marks from objects, which no kernel without a security module takes', hint: `\`secmark ferrule { ${JSON.stringify(context)} }\` in the table, and \`meta secmark set "ferrule"\`` }),
  snpt: ({ from, to }) => ({ reason: 'nft maps prefixes without state nowhere, and cannot compute what keeps checksums right', hint: `with state: \`snat ip6 prefix to ip6 saddr map { ${network(from)} : ${network(to)} }\` in a nat chain` }),
  synproxy,
  tcpoptstrip({ options }, context) {
    if (options.length > 0) rest(context, 'plain-tcp-options', 'TCPOPTSTRIP');
    return passes(...options.map((option): Statement => ({ kind: 'reset-option', option })));
  },
  tee({ gateway, outInterface }, { family }) {
    const to = `dup to ${formatAddress(family, gateway)}`;
    if (outInterface !== undefined) return { reason: 'nft takes the device as it is when the rules are loaded, iptables as it is when a packet comes', hint: `\`${to} device ${JSON.stringify(outInterface)}\`` };
    return passes({ kind: 'dup', address: gateway });
  },
  tproxy,
  trace: () => passes({ kind: 'set', target: { kind: 'meta', key: 'nftrace' }, value: { kind: 'value', value: 1n } }),
  ulog: ({ prefix, group }) => ({ reason: 'kernels lost ULOG in Linux 3.17', hint: `\`log${prefix === undefined ? '' : ` prefix ${JSON.stringify(prefix)}`} group ${group}\`, and a program that listens to NFLOG` }),
};

const network = ({ address, mask }: { readonly address: bigint; readonly mask: bigint }): string => `${formatAddress(6, address)}/${mask.toString(2).replaceAll('0', '').length}`;

/** The parts that HMARK hashes, through the hash of nft. */
function hashText(jump: JumpOf<'hmark'>, family: Family): string {
  const ip = family === 4 ? 'ip' : 'ip6';
  const ct = jump.connection === true ? 'ct original ' : '';
  const address = (name: string, prefix: number | undefined): readonly string[] =>
    prefix === undefined || prefix === 0 ? [] : [`${ct}${ip} ${name}${prefix === addressBits(family) ? '' : ` & ${formatAddress(family, prefixMask(family, prefix))}`}`];
  const ported = [jump.sourcePortMask, jump.destinationPortMask, jump.spiMask].some((mask) => mask !== undefined && mask !== 0);
  const parts = [
    ...address('saddr', jump.sourcePrefix), ...address('daddr', jump.destinationPrefix),
    ...((jump.protocolMask ?? 0) === 0 ? [] : [ct === '' ? 'meta l4proto' : 'ct original protocol']), ...(ported && ct === '' ? ['@th,0,32'] : []),
  ];
  return `meta mark set jhash ${parts.length === 0 ? `${ip} saddr` : parts.join(' . ')} mod ${jump.modulus} seed 0x${jump.random.toString(16)}${jump.offset === undefined || jump.offset === 0 ? '' : ` offset ${jump.offset}`}`;
}

/** What nft does for a jump that has its effect beside the packet. */
export function lowerExternalJump(jump: ExternalJump, context: RuleContext): ActionPlan {
  // The table is keyed by kind; the compiler cannot see that key and value agree.
  const plan = (table[jump.kind] as (jump: ExternalJump, context: RuleContext) => ActionPlan | Refusal)(jump, context);
  if ('statements' in plan) return plan;
  refuse(context, externalMeaning(jump).name, plan.reason, plan.hint, jump.source);
  return passes();
}

// Under a mask nft 1.0.6 compares with a number; bare it takes none.
const unset = (mark: Expression, negated = false): Statement => match({ kind: 'binary', operator: '&', left: mark, right: 0xffff_ffffn }, [single(0)], negated);
const packetMark = { kind: 'meta', key: 'secmark' } as const;
const connectionMark = { kind: 'ct', key: 'secmark' } as const;

/** A mark that is there already stays. */
const securityMarks: { readonly [O in JumpOf<'connsecmark'>['operation']]: readonly Statement[] } = {
  save: [unset(connectionMark), unset(packetMark, true), { kind: 'set', target: connectionMark, value: packetMark }],
  restore: [unset(packetMark), { kind: 'set', target: packetMark, value: connectionMark }],
};

/** nft takes any packet with SYN for a first one, so those that xtables lets go on do not come to it. */
function synproxy(jump: JumpOf<'synproxy'>, context: RuleContext): ActionPlan | Refusal {
  const proxy: NftSynproxy = {
    ...(jump.mss === undefined ? {} : { mss: jump.mss }),
    ...(jump.windowScale === undefined ? {} : { windowScale: jump.windowScale }),
    ...(jump.timestamp === true ? { timestamp: true } : {}),
    ...(jump.sackPermitted === true ? { sackPermitted: true } : {}),
  };
  if (jump.ecn === true) return { reason: 'nft 1.0.6 has no word for --ecn', hint: 'leave out --ecn, and connections begin without ECN' };
  if (context.family === 6) rest(context, 'checksums-by-device', 'SYNPROXY in IPv6');
  rest(context, 'sound-tcp-packets', 'SYNPROXY');
  return passes(match({ kind: 'binary', operator: '&', left: payload('th', 104, 8, 'tcp flags', 6), right: 0x17n }, [single(2), single(16)]), { kind: 'synproxy', proxy });
}

/** Where no socket listens xtables drops the packet; nft goes on with the next rule, which does. */
function tproxy({ address, port, mark }: JumpOf<'tproxy'>, context: RuleContext): ActionPlan | Refusal {
  const { protocol } = context;
  if (protocol === undefined || (address === 0n && port === 0)) return { reason: 'nft wants an address or a port to go to', hint: 'name one with --on-ip or --on-port' };
  const target: Expression & { readonly key: 'mark' } = { kind: 'meta', key: 'mark' };
  const keep = 0xffff_ffffn & ~BigInt(mark.mask);
  const kept: Expression = keep === 0xffff_ffffn ? target : { kind: 'binary', operator: '&', left: target, right: keep };
  const marked: Expression = keep === 0n ? { kind: 'value', value: BigInt(mark.value) } : { kind: 'binary', operator: '^', left: kept, right: BigInt(mark.value) };
  const marking: readonly Statement[] = mark.mask === 0 && mark.value === 0 ? [] : [{ kind: 'set', target, value: mark.value === 0 && keep !== 0n ? kept : marked }];
  const proxy: Statement = { kind: 'tproxy', ...(address === 0n ? {} : { address }), ...(port === 0 ? {} : { port }) };
  return ends(inOwnChain(context, 'tproxy', [[protocolTest(protocol), proxy, ...marking, verdict('accept')], [verdict('drop')]]));
}
