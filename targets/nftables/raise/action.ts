import { ctEvents, prefixMask, unreachable, type Action, type AssumptionId, type Assignment, type CtEvent, type ExternalJump, type Family, type Interval, type LogJump, type NflogJump, type Predicate, type Source } from '../../../src/ir/index.js';
import type { Expression, NftLog, NftNat, Payload, SetTarget } from '../ast.js';
import type { ListedStatement, Opaque } from '../read/listed.js';
import { sumOf } from '../sums.js';
import { plainText, type RuleContext } from './context.js';
import { protocolIs } from './header.js';
import { and, fieldIn, ones, present } from './predicates.js';
import { fold, optionsReadable } from './reading.js';
import { ctEventName } from '../types.js';

/**
 * What a statement does. `needs`: what must hold, else the rule breaks off there; under an assumption each where one says so. `behind`:
 * what must hold for the rule to go on, where the action itself does nothing without. `ends`: the packet leaves the table.
 */
export interface Acted {
  readonly needs?: readonly { readonly predicate: Predicate; readonly assumption?: AssumptionId }[];
  readonly behind?: Predicate;
  readonly actions: readonly Action[];
  readonly ends: boolean;
}

type Acting = Extract<ListedStatement, { readonly kind: 'log' | 'set' | 'nat' | 'notrack' | 'ct-helper' | 'ct-events' | 'ct-zone' | 'reject' | 'opaque' | 'mark-bits' | 'outside' | 'dup' | 'tproxy' | 'queue' | 'synproxy' | 'reset-option' }>;

export function actionsOf(statement: Acting, context: RuleContext): Acted {
  const { source } = context;
  const outside = (jump: ExternalJump): Acted => passes({ kind: 'outside', jump });
  switch (statement.kind) {
    case 'log':
      if (statement.log.audit === true) return outside({ kind: 'audit', source, type: 'accept' });
      return passes(statement.log.group === undefined ? { kind: 'log', log: kernelLog(statement.log, source) } : { kind: 'nflog', nflog: groupLog(statement.log, statement.log.group, source) });
    case 'set':
      return assignment(statement.target, statement.value, context);
    case 'nat':
      return translation(statement.nat, context);
    case 'mark-bits': {
      const { from, to, mask, shift } = statement;
      const moved = shift === 0 ? {} : { shift: { direction: shift > 0 ? ('left' as const) : ('right' as const), bits: Math.abs(shift) } };
      return passes({ kind: 'assign', to, value: { kind: 'copy', from, fromMask: Number(mask), toMask: 0, ...moved } });
    }
    case 'notrack':
      return passes({ kind: 'notrack' });
    case 'ct-zone': {
      const { zone, direction } = statement;
      const wanted = zone === 0 && direction === undefined ? {} : { zone: { direction: direction ?? ('both' as const), id: zone } };
      return passes({ kind: 'ct', ct: { kind: 'ct', source, ...wanted } });
    }
    case 'ct-helper': {
      const object = context.table.table.helpers.find(({ name }) => name === statement.name);
      return passes({ kind: 'ct', ct: { kind: 'ct', source, helper: object?.helper ?? statement.name } });
    }
    case 'ct-events': {
      const events = ctEvents.filter((event) => statement.events.includes(ctEventName(event)));
      return passes(events.length === statement.events.length ? { kind: 'ct', ct: { kind: 'ct', source, events: [...events] satisfies CtEvent[] } } : opaqueAction(plainText(statement)));
    }
    case 'reject': {
      const acted: Acted = { actions: [{ kind: 'reject', with: statement.with }], ends: true };
      return statement.with === 'tcp-reset' ? { ...acted, needs: [{ predicate: protocolIs(6, context.family) }] } : acted;
    }
    case 'outside':
      return outside({ ...statement.jump, source });
    case 'dup':
      return statement.device === undefined ? outside({ kind: 'tee', source, gateway: statement.address }) : passes(opaqueAction(`nft ${plainText(statement)}`));
    case 'queue': {
      const { min, max, bypass, fanout } = statement;
      return { ...outside({ kind: 'nfqueue', source, queue: { min, max }, ...(bypass === true ? { bypass } : {}), ...(fanout === true ? { cpuFanout: true } : {}) }), ends: true };
    }
    case 'reset-option':
      return { ...outside({ kind: 'tcpoptstrip', source, options: [statement.option] }), needs: [{ predicate: optionsReadable(context.family) }] };
    case 'tproxy':
    case 'synproxy':
      return { actions: [opaqueAction(`nft ${plainText(statement)}`, 'header'), { kind: 'accept' }], ends: true };
    case 'opaque':
      return { actions: [opaqueAction(statement.identity, statement.writes), ...(statement.role === 'end' ? [{ kind: 'accept' } as const] : [])], ends: statement.role === 'end' };
    default:
      return unreachable(statement);
  }
}

const passes = (...actions: readonly Action[]): Acted => ({ actions, ends: false });

export const opaqueAction = (identity: string, writes?: Opaque['writes']): Action => ({ kind: 'refuse', extension: identity, identity, reason: 'it is not modelled', ...(writes === undefined ? {} : { writes }) });

const kernelLog = (log: NftLog, source: Source): LogJump => ({
  kind: 'log',
  source,
  ...(log.prefix === undefined ? {} : { prefix: log.prefix }),
  level: log.level ?? 4,
  ...(log.tcpSequence === true ? { tcpSequence: true } : {}),
  ...(log.tcpOptions === true ? { tcpOptions: true } : {}),
  ...(log.ipOptions === true ? { ipOptions: true } : {}),
  ...(log.uid === true ? { uid: true } : {}),
  ...(log.macdecode === true ? { macdecode: true } : {}),
});

const groupLog = (log: NftLog, group: number, source: Source): NflogJump => ({
  kind: 'nflog',
  source,
  ...(log.prefix === undefined ? {} : { prefix: log.prefix }),
  group,
  ...(log.size === undefined ? {} : { size: log.size }),
  ...(log.threshold === undefined ? {} : { threshold: log.threshold }),
});

/** What is not known behind a change that no assignment of the core says; TCP options are no field. */
const writtenBy: { readonly [K in SetTarget['kind']]: Opaque['writes'] } = { 'meta': 'packet.mark', 'ct': 'ct.mark', 'payload': 'header', 'tcp-option': undefined };

function assignment(target: SetTarget, value: Expression, context: RuleContext): Acted {
  const unknown = (): Acted => passes(opaqueAction(`nft set ${plainText({ target, value })}`, writtenBy[target.kind]));
  switch (target.kind) {
    case 'tcp-option': {
      const mss = value.kind === 'route-mss' ? ('clamp-to-pmtu' as const) : value.kind === 'value' ? Number(value.value) : undefined;
      return mss === undefined ? unknown() : { ...passes({ kind: 'tcpmss', mss }), needs: [{ predicate: optionsReadable(context.family) }, { predicate: { kind: 'tcp-option', option: 2 }, assumption: 'syn-with-mss' }] };
    }
    case 'payload': {
      const { family } = context;
      if (target.name === 'tcp flags' && value.kind === 'value') {
        // Written whatever the rest of the packet is, as far as the header goes.
        return { ...passes({ kind: 'assign', to: 'tcp.flags', value: { kind: 'xor', mask: 0xff, value: Number(value.value) } }), needs: [{ predicate: flagsWritable(family) }] };
      }
      const changed = headerAssignment(target, value, context) ?? summed(target, value);
      return changed === undefined ? unknown() : passes(changed);
    }
    case 'meta':
      if (target.key === 'nftrace' && value.kind === 'value') return passes(...(value.value === 1n ? [{ kind: 'outside', jump: { kind: 'trace', source: context.source } } as const] : [opaqueAction(`nft ${plainText({ target, value })}`)]));
      if (target.key === 'priority' && value.kind === 'value') return passes({ kind: 'outside', jump: { kind: 'classify', source: context.source, major: Number(value.value >> 16n), minor: Number(value.value & 0xffffn) } });
      if (target.key !== 'mark') return passes(opaqueAction(`nft set ${plainText({ target, value })}`));
      return markAssignment('packet.mark', value) ?? unknown();
    case 'ct':
      if (target.key !== 'mark') return passes(opaqueAction(`nft set ${plainText({ target, value })}`));
      return markAssignment('ct.mark', value) ?? unknown();
    default:
      return unreachable(target);
  }
}

/** A socket that waits after the end of its connection has no mark, and the rule breaks off. */
const fullSocket: Predicate = { kind: 'external', test: { kind: 'open-socket', what: 'full' } };

/** Without an entry a read of `ct mark` breaks the rule; a write does nothing, and the rule goes on. The core's assignments do nothing then either. */
function markAssignment(to: 'packet.mark' | 'ct.mark', expression: Expression): Acted | undefined {
  if (expression.kind === 'value') return passes({ kind: 'assign', to, value: { kind: 'xor', mask: 0xffffffff, value: Number(expression.value) } });
  const { base, shift, mask, flip } = fold(expression, 32);
  const from = base.kind === 'meta' && base.key === 'mark' ? 'packet.mark' : base.kind === 'ct' && base.key === 'mark' ? 'ct.mark' : base.kind === 'socket' && base.key === 'mark' ? 'socket.mark' : undefined;
  if (from === undefined) return undefined;
  const moved = shift === 0n ? {} : { shift: { direction: shift < 0n ? ('left' as const) : ('right' as const), bits: Number(shift < 0n ? -shift : shift) } };
  const full = ones(32);
  const values: Assignment[] = [];
  if (from === to && shift === 0n) values.push({ kind: 'xor', mask: Number(full ^ mask), value: Number(flip) });
  else {
    const fromMask = shift < 0n ? mask >> -shift : (mask << shift) & full;
    values.push({ kind: 'copy', from, fromMask: Number(fromMask), toMask: 0xffffffff, ...moved });
    if (flip !== 0n) values.push({ kind: 'xor', mask: 0, value: Number(flip) });
  }
  return { ...passes(...values.map((value): Action => ({ kind: 'assign', to, value }))), ...(from === 'ct.mark' ? { behind: present({ kind: 'connection' }) } : from === 'socket.mark' ? { needs: [{ predicate: fullSocket }] } : {}) };
}

/** Places of what the core can write. IPv4 keeps its header checksum right for fields with a name alone. */
function headerAssignment(target: Payload, value: Expression, { family }: RuleContext): Action | undefined {
  if (target.base !== 'nh' || (family === 4 && target.name === undefined)) return undefined;
  const { base, shift, mask, flip } = value.kind === 'value' ? { base: target, shift: 0n, mask: 0n, flip: value.value } : fold(value, target.bits);
  if (shift !== 0n || base.kind !== 'payload' || base.base !== 'nh' || base.offset !== target.offset || base.bits !== target.bits) return undefined;
  const homes = [
    { to: 'ip.tos', offset: family === 4 ? 8 : 4 },
    { to: 'ip.ttl', offset: family === 4 ? 64 : 56 },
  ] as const;
  for (const { to, offset } of homes) {
    const low = BigInt(target.offset + target.bits - (offset + 8));
    const up = (bits: bigint): bigint => (low >= 0n ? bits >> low : bits << -low);
    const whole = low >= 0n ? 0xffn << low : 0xffn >> -low;
    const changed = (ones(target.bits) ^ mask) | flip;
    if (changed !== 0n && (changed & ~whole) === 0n) return { kind: 'assign', to, value: { kind: 'xor', mask: Number(up(ones(target.bits) ^ mask)), value: Number(up(flip)) } };
  }
  return undefined;
}

/** A TCP header of 20 bytes that is no part of a later fragment. */
const flagsWritable = (family: Family): Predicate =>
  and([protocolIs(6, family), fieldIn(family, 'ip.fragment-offset', 0x1fffn, [{ min: 0n, max: 0n }]), present({ kind: 'transport', bytes: 14 })]);

/** A map of a byte to its own sums is an addition. */
function summed(target: Payload, value: Expression): Action | undefined {
  if ((target.name !== 'ip6 hoplimit' && target.name !== 'ip ttl') || value.kind !== 'map' || value.key.kind !== 'payload' || value.key.name !== target.name) return undefined;
  const amount = sumOf(value.entries);
  return amount === undefined ? undefined : { kind: 'assign', to: 'ip.ttl', value: { kind: 'add', amount } };
}

function translation(nat: NftNat, context: RuleContext): Acted {
  const { source } = context;
  const random = nat.random === true ? ({ random: true } as const) : {};
  const randomFully = nat.fullyRandom === true ? ({ randomFully: true } as const) : {};
  const persistent = nat.persistent === true ? ({ persistent: true } as const) : {};
  const ports = nat.ports === undefined ? {} : { ports: nat.ports };
  const ends = (action: Action, needs?: Predicate): Acted => ({ actions: [action], ends: true, ...(needs === undefined ? {} : { needs: [{ predicate: needs }] }) });
  const unknown: Acted = { actions: [opaqueAction(`nft ${plainText(nat)}`), { kind: 'accept' }], ends: true };
  switch (nat.kind) {
    case 'masquerade':
      return nat.persistent === true ? unknown : ends({ kind: 'nat', nat: { kind: 'masquerade', source, ...ports, ...random, ...randomFully } });
    case 'redirect':
      return nat.persistent === true || nat.fullyRandom === true ? unknown : ends({ kind: 'nat', nat: { kind: 'redirect', source, ...ports, ...random } });
    case 'snat':
    case 'dnat': {
      if (nat.prefix !== undefined && nat.addresses !== undefined) {
        return nat.ports !== undefined ? unknown : ends({ kind: 'nat', nat: { kind: 'netmap', source, to: { address: nat.addresses.min, mask: prefixMask(context.family, nat.prefix) } } });
      }
      const addresses = nat.addresses === undefined ? {} : { addresses: { min: nat.addresses.min, max: nat.addresses.max } };
      if (nat.portMap !== undefined) {
        const shifted = nat.kind === 'dnat' && nat.fullyRandom !== true ? shiftedPorts(nat.portMap, context) : undefined;
        if (shifted === undefined) return unknown;
        return ends({ kind: 'nat', nat: { kind: 'dnat', source, to: { ...addresses, ports: shifted.ports }, basePort: shifted.basePort, ...random, ...persistent } }, shifted.needs);
      }
      const to = { ...addresses, ...ports };
      if (nat.kind === 'snat') return ends({ kind: 'nat', nat: { kind: 'snat', source, to, ...random, ...randomFully, ...persistent } });
      return nat.fullyRandom === true ? unknown : ends({ kind: 'nat', nat: { kind: 'dnat', source, to, ...random, ...persistent } });
    }
    default:
      return unreachable(nat.kind);
  }
}

interface PortPair {
  readonly from: number;
  readonly to: number;
}

/** The port from which on the range is counted: where it begins anew too early, else as if it had begun before the first. */
function baseOf(pairs: readonly PortPair[], { min, max }: { readonly min: number; readonly max: number }): number {
  const anew = pairs.find(({ from, to }, index) => {
    const before = pairs[index - 1];
    return to === min && before !== undefined && before.from === from - 1 && before.to !== max;
  });
  const [first] = pairs;
  return anew?.from ?? (first === undefined ? 0 : (first.from - (first.to - min)) & 0xffff);
}

/** `a-b/base` written out port by port; undefined where the map is none of that shape. A port without an entry breaks off the rule. */
function shiftedPorts({ key, entries }: Extract<Expression, { kind: 'map' }>, { family }: RuleContext): { readonly ports: { readonly min: number; readonly max: number }; readonly basePort: number; readonly needs: Predicate } | undefined {
  if (key.kind !== 'payload' || key.base !== 'th' || key.offset !== 16 || key.bits !== 16 || entries.length === 0) return undefined;
  const pairs = entries.flatMap(({ key: { min, max }, value }) => (min === max ? [{ from: Number(min), to: Number(value) }] : []));
  const [first] = pairs;
  if (pairs.length !== entries.length || first === undefined) return undefined;
  const ports = pairs.reduce(({ min, max }, { to }) => ({ min: Math.min(min, to), max: Math.max(max, to) }), { min: first.to, max: first.to });
  const size = ports.max - ports.min + 1;
  const basePort = baseOf(pairs, ports);
  if (!pairs.every(({ from, to }) => ports.min + (((from - basePort) & 0xffff) % size) === to)) return undefined;
  const intervals: readonly Interval[] = pairs.map(({ from }) => ({ min: BigInt(from), max: BigInt(from) }));
  const named = key.protocol === undefined ? [] : [protocolIs(key.protocol, family)];
  return { ports, basePort, needs: and([...named, present({ kind: 'transport', bytes: 4 }), fieldIn(family, 'transport.destination-port', 0xffffn, intervals)]) };
}

export const isAction = (statement: ListedStatement): statement is Acting =>
  statement.kind === 'log' || statement.kind === 'set' || statement.kind === 'nat' || statement.kind === 'notrack' || statement.kind === 'ct-helper' || statement.kind === 'ct-events' ||
  statement.kind === 'ct-zone' || statement.kind === 'mark-bits' || statement.kind === 'outside' || statement.kind === 'dup' || statement.kind === 'tproxy' || statement.kind === 'queue' ||
  statement.kind === 'synproxy' || statement.kind === 'reset-option' || statement.kind === 'reject' || (statement.kind === 'opaque' && statement.role !== 'test');

