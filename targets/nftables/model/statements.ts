import { fits, prefixMask, unreachable, type Source } from '../../../src/ir/index.js';
import { destinationOf, proxySocket, synOf, read16, read8, replaced16, sourceOf, templateConnection, write16, type LivePacket, type TableVerdict } from '../../../src/stack/index.js';
import { osfComparisons, type NftNat, type Operand, type SetTarget, type Statement, type StatementOf } from '../ast.js';
import { holdsDynamic, update } from './dynamic.js';
import { take, unitLength } from './bucket.js';
import { evaluate, type Evaluation, type Value } from './expressions.js';
import { findExthdr, findTcpOption, hasChunk, tcpHeader } from './packet.js';
import type { SetIndex } from './sets.js';

/** What a statement makes of the rule: goes on, ends the rule, or says where the packet goes. */
export type Effect =
  | { readonly kind: 'next' }
  | { readonly kind: 'break' }
  | { readonly kind: 'verdict'; readonly verdict: TableVerdict }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

const next: Effect = { kind: 'next' };
const broken: Effect = { kind: 'break' };
const onlyIf = (holds: boolean): Effect => (holds ? next : broken);

export function execute(statement: Statement, run: Evaluation, sets: ReadonlyMap<string, SetIndex>, source: Source): Effect {
  const { packet } = run;
  switch (statement.kind) {
    case 'match': {
      const value = evaluate(statement.left, run);
      return onlyIf(value !== undefined && holds(value, statement.right, sets, run) !== statement.negated);
    }
    case 'loads':
      return onlyIf(evaluate(statement.left, run) !== undefined);
    case 'below': {
      const value = evaluate(statement.left, run);
      return onlyIf(typeof value === 'bigint' && value < statement.value !== statement.negated);
    }
    case 'exists':
      return onlyIf(exists(statement, run) !== statement.negated);
    case 'limit':
      return onlyIf(takesToken(statement, run) !== statement.over);
    case 'label':
      return onlyIf(packet.connection !== undefined && (((packet.connection.labels ?? 0n) >> BigInt(statement.bit)) % 2n === 1n) !== statement.negated);
    case 'set-label':
      if (packet.connection !== undefined) packet.connection.labels = (packet.connection.labels ?? 0n) | (1n << BigInt(statement.bit));
      return next;
    case 'helper': {
      const name = packet.connection?.helper;
      return onlyIf(name !== undefined && statement.names.includes(name) !== statement.negated);
    }
    case 'osf': {
      const system = firstSystem(statement, run);
      return onlyIf(system !== undefined && statement.names.includes(system) !== statement.negated);
    }
    case 'quota': {
      const used = (run.state.quotas.get(statement) ?? 0n) + BigInt(packet.bytes.length);
      run.state.quotas.set(statement, used);
      return onlyIf(used > statement.bytes === statement.over);
    }
    case 'update': {
      const set = sets.get(statement.set);
      if (set === undefined) throw new Error(`nft model: no set ${statement.set}`);
      return onlyIf(update(statement, set, run));
    }
    case 'counter':
    case 'account':
    case 'log':
    case 'ct-helper':
    case 'ct-events':
    case 'dup':
      return next;
    case 'tproxy':
      packet.attached = proxySocket(packet, { address: statement.address ?? 0n, port: statement.port ?? 0 }, run.host);
      return onlyIf(packet.attached !== undefined);
    // No program listens.
    case 'queue':
      return { kind: 'verdict', verdict: { kind: statement.bypass === true ? 'accept' : 'drop' } };
    case 'synproxy':
      return answersSyn(run);
    case 'reset-option':
      return resetOption(statement.option, run);
    case 'set':
      return assign(statement.target, evaluate(statement.value, run), run) ? next : broken;
    case 'nat':
      return translate(statement.nat, source, run);
    case 'notrack':
      if (packet.connection === undefined && packet.state !== 'UNTRACKED') {
        packet.notrack = true;
        packet.state = 'UNTRACKED';
      }
      return next;
    case 'ct-zone':
      if (packet.connection === undefined) {
        packet.connection = templateConnection();
        packet.state = 'NEW';
        packet.notrack = false;
        packet.zone = { direction: statement.direction ?? 'both', id: statement.zone };
      }
      return next;
    case 'reject':
      if (statement.with === 'tcp-reset' && run.info.l4proto !== 6) return broken;
      return { kind: 'verdict', verdict: { kind: 'reject', with: statement.with } };
    case 'verdict':
      switch (statement.verdict) {
        case 'accept':
        case 'drop':
          return { kind: 'verdict', verdict: { kind: statement.verdict } };
        case 'return':
          return { kind: 'return' };
        case 'continue':
          return next;
        default:
          return unreachable(statement.verdict);
      }
    case 'jump':
    case 'goto':
      return { kind: statement.kind, chain: statement.chain };
    default:
      return unreachable(statement);
  }
}

/** `unknown` where no fingerprint fits; undefined of what is no SYN of TCP. */
function firstSystem({ ttl }: StatementOf<'osf'>, { packet, info, state }: Evaluation): string | undefined {
  const syn = info.l4proto === 6 ? synOf(packet.bytes, info.transport) : undefined;
  if (syn === undefined) return undefined;
  const found = state.fingerprints.find((one) => fits(one, syn, ttl === undefined ? 'equal' : osfComparisons[ttl]));
  return found?.system ?? 'unknown';
}

function holds(value: Value, operand: Operand, sets: ReadonlyMap<string, SetIndex>, run: Evaluation): boolean {
  switch (operand.kind) {
    case 'intervals':
      return typeof value === 'bigint' && operand.intervals.some(({ min, max }) => min <= value && value <= max);
    case 'interface':
      return typeof value === 'string' && (operand.prefix ? value.startsWith(operand.name) : value === operand.name);
    case 'flags':
      return typeof value === 'bigint' && (value & operand.bits) !== 0n;
    case 'set': {
      const set = sets.get(operand.name);
      return set !== undefined && (set.has(typeof value === 'object' ? value : [value]) || (set.dynamic !== undefined && holdsDynamic(set, value, run)));
    }
    default:
      return unreachable(operand);
  }
}

function exists({ what }: StatementOf<'exists'>, { packet, info, host }: Evaluation): boolean {
  switch (what.kind) {
    case 'exthdr':
      return findExthdr(what.header, packet) !== undefined;
    case 'tcp-option':
      return findTcpOption(what.option, packet, info) !== undefined;
    // No packet of the model has been under IPsec.
    case 'ipsec':
      return false;
    case 'way-back':
      return hasWayBack(what, packet, host);
    case 'sctp-chunk':
      return hasChunk(what.type, packet, info);
    default:
      return unreachable(what);
  }
}

/** The kernel's `nft_fib` in PREROUTING: what comes over `lo`, and what is sent by somebody without an address, has one. */
function hasWayBack({ via }: { readonly via: boolean }, { family, bytes, inInterface = '' }: LivePacket, host: Evaluation['host']): boolean {
  if (inInterface === 'lo') return true;
  const [source, destination] = [sourceOf(bytes, family), destinationOf(bytes, family)];
  if (family === 4 && source === 0n && (destination === 0xffff_ffffn || destination >> 8n === 0xe0_0000n)) return true;
  const way = host.wayBack(family, source, inInterface, false);
  return (way?.kind === 'unicast' || way?.kind === 'broadcast') && (!via || way.device === inInterface);
}

/** A bucket of nanoseconds, full at first; each packet costs a unit's share. */
function takesToken(statement: StatementOf<'limit'>, { packet, state }: Evaluation): boolean {
  const cost = Math.floor(unitLength[statement.unit] / statement.rate);
  const full = cost * statement.burst;
  const bucket = state.buckets.get(statement) ?? { tokens: full, last: undefined };
  state.buckets.set(statement, bucket);
  return take(bucket, cost, full, packet.time);
}

/** False where the rule breaks off: nothing to read from. */
function assign(target: SetTarget, value: Value | undefined, run: Evaluation): boolean {
  if (typeof value !== 'bigint') return false;
  const { packet } = run;
  switch (target.kind) {
    case 'meta':
      if (target.key === 'mark') packet.mark = Number(value & 0xffffffffn);
      return true;
    case 'ct':
      if (target.key === 'mark' && packet.connection !== undefined) packet.connection.mark = Number(value & 0xffffffffn);
      return true;
    case 'tcp-option':
      return lowerMss(Number(value), run);
    case 'payload':
      if (target.base === 'th') return writeFlags(Number(value), run);
      writeHeader(target.offset, target.bits, Number(value), target.name !== undefined, packet);
      return true;
    default:
      return unreachable(target);
  }
}

/** Writes within one 16-bit word of the IP header. nft brings the IPv4 checksum along for fields it knows by name, not for raw ones. */
function writeHeader(offset: number, bits: number, value: number, named: boolean, packet: LivePacket): void {
  const at = Math.floor(offset / 16) * 2;
  const shift = 16 - (offset % 16) - bits;
  const mask = (((1 << bits) - 1) << shift) & 0xffff;
  const old = read16(packet.bytes, at);
  const fresh = (old & ~mask & 0xffff) | ((value << shift) & mask);
  write16(packet.bytes, at, fresh);
  if (packet.family === 4 && named) write16(packet.bytes, 10, replacedWord(read16(packet.bytes, 10), old, fresh));
}

/** `tcp flags`, with the checksum. */
function writeFlags(value: number, { packet, info }: Evaluation): boolean {
  const at = info.transport + 12;
  if (info.l4proto !== 6 || info.laterFragment || info.transport + 18 > packet.bytes.length) return false;
  const old = read16(packet.bytes, at);
  const fresh = (old & 0xff00) | value;
  write16(packet.bytes, at, fresh);
  write16(packet.bytes, info.transport + 16, replacedWord(read16(packet.bytes, info.transport + 16), old, fresh));
  return true;
}

/** A SYN is answered, other packets with ACK are used up or dropped. */
function answersSyn({ packet, info }: Evaluation): Effect {
  if (info.l4proto !== 6) return broken;
  const flags = read8(packet.bytes, info.transport + 13);
  return (flags & 0x12) === 0 ? next : { kind: 'verdict', verdict: { kind: 'drop' } };
}

/** The first option of the kind is overwritten; one beyond the header drops the packet. */
function resetOption(option: number, { packet, info }: Evaluation): Effect {
  const header = tcpHeader(packet, info);
  if (header === undefined) return broken;
  for (let at = 20; at < header.length - 1; ) {
    const kind = read8(packet.bytes, header.at + at);
    const second = read8(packet.bytes, header.at + at + 1);
    const size = kind <= 1 || second === 0 ? 1 : second;
    if (kind === option) {
      if (at + size > header.length) return { kind: 'verdict', verdict: { kind: 'drop' } };
      for (let byte = at; byte < at + size; byte++) overwrite(header.at, byte, packet);
      return next;
    }
    at += size;
  }
  return next;
}

function overwrite(start: number, byte: number, { bytes }: LivePacket): void {
  const word = start + byte - (byte % 2);
  const old = read16(bytes, word);
  const fresh = byte % 2 === 0 ? (old & 0xff) | 0x0100 : (old & 0xff00) | 1;
  if (old === fresh) return;
  write16(bytes, word, fresh);
  write16(bytes, start + 16, replaced16(read16(bytes, start + 16), old, fresh));
}

/** Of the two zeros of the checksum nft writes 0xffff. */
function replacedWord(sum: number, from: number, to: number): number {
  let total = (~sum & 0xffff) + (~from & 0xffff) + to;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  const out = ~total & 0xffff;
  return out === 0 ? 0xffff : out;
}

function lowerMss(wanted: number, { packet, info }: Evaluation): boolean {
  const option = findTcpOption(2, packet, info);
  if (option === undefined || option.length < 4) return false;
  const at = option.at + 2;
  const old = read16(packet.bytes, at);
  if (old <= wanted) return true;
  write16(packet.bytes, at, wanted);
  const check = info.transport + 16;
  // As if the option began at an even byte, even where it does not: measured, and the same in xtables.
  let total = (~read16(packet.bytes, check) & 0xffff) + (~old & 0xffff) + wanted;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  write16(packet.bytes, check, ~total & 0xffff);
  return true;
}

/** A port map without an entry for the packet breaks off the rule. */
function translate(nat: NftNat, source: Source, run: Evaluation): Effect {
  const port = nat.portMap === undefined ? undefined : evaluate(nat.portMap, run);
  if (nat.portMap !== undefined && typeof port !== 'bigint') return broken;
  const ports = typeof port === 'bigint' ? { ports: { min: Number(port), max: Number(port) } } : {};
  return { kind: 'verdict', verdict: { kind: 'translate', nat: translation({ ...nat, ...ports }, source, run.packet) } };
}

type Translation = Extract<TableVerdict, { kind: 'translate' }>['nat'];

function translation(nat: NftNat, source: Source, packet: LivePacket): Translation {
  const random = nat.random === true ? ({ random: true } as const) : {};
  const randomFully = nat.fullyRandom === true ? ({ randomFully: true } as const) : {};
  const persistent = nat.persistent === true ? ({ persistent: true } as const) : {};
  const ports = nat.ports === undefined ? {} : { ports: nat.ports };
  switch (nat.kind) {
    case 'masquerade':
      return { kind: 'masquerade', source, ...ports, ...random, ...randomFully };
    case 'redirect':
      return { kind: 'redirect', source, ...ports, ...random };
    case 'snat':
    case 'dnat': {
      if (nat.prefix !== undefined) return { kind: 'netmap', source, to: { address: nat.addresses?.min ?? 0n, mask: prefixMask(packet.family, nat.prefix) } };
      const to = { ...(nat.addresses === undefined ? {} : { addresses: nat.addresses }), ...ports };
      return nat.kind === 'snat' ? { kind: 'snat', source, to, ...random, ...randomFully, ...persistent } : { kind: 'dnat', source, to, ...random, ...persistent };
    }
    default:
      return unreachable(nat.kind);
  }
}
