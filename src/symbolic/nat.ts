import { type Action, addressBits, identityOf, type Interval, type Range } from '../ir/index.js';
import { exclusive } from './assignment.js';
import type { RulesetContext } from './context.js';
import { intervalsNode } from './interval.js';
import { levelsOf } from './layout.js';
import { type Effect, nothingWritten, type Written } from './outcome.js';
import type { Standpoint } from './predicate.js';

type Nat = Extract<Action, { readonly kind: 'nat' }>['nat'];

/**
 * A translation. One to a single address and port is what it writes, and nothing else; where the address or port is chosen (a range,
 * an interface's own address) it is unknown, within the range, and what chooses is named as an effect.
 */
export function natNode(nat: Nat, { hook }: Standpoint, context: RulesetContext): number {
  const { bdd, layout, outcomes } = context;
  const side = hook === 'INPUT' || hook === 'POSTROUTING' ? 'source' : 'destination';
  const address = addressAfter(nat, side, hook === 'OUTPUT', context);
  const ports = nat.kind === 'netmap' ? undefined : 'to' in nat ? nat.to.ports : nat.ports;
  const random = ('random' in nat && nat.random === true) || ('randomFully' in nat && nat.randomFully === true);

  const node = (port: Part, named: boolean): number => {
    const written: Record<string, readonly number[]> = {};
    const chosen = address.chosen || port.chosen || random || named;
    // A port that is written says itself which one it is.
    const text = identityOf('to' in nat && nat.kind !== 'netmap' && !port.chosen && !named ? { ...nat, basePort: undefined, to: { addresses: nat.to.addresses } } : nat);
    let changed = chosen ? bdd.variable(context.questions.levels({ key: `translation changes something: ${text}`, bits: 1, looksAt: 'everything' })[0] ?? -1) : 0;
    for (const [field, bits] of [[`ip.${side}`, address.bits], [`transport.${side}-port`, port.bits]] as const) {
      const levels = levelsOf(layout, field);
      if (bits === undefined || levels === undefined) continue;
      written[field] = bits;
      if (!chosen) changed = bits.reduce((all, bit, index) => bdd.or(all, exclusive(bit, bdd.variable(levels[index] ?? -1), bdd)), changed);
    }
    const status = side === 'source' ? 'ct.snat' : 'ct.dnat';
    written[status] = [bdd.or(changed, bdd.variable(side === 'source' ? layout.ctSnat : layout.ctDnat))];
    const effects: readonly Effect[] = chosen ? [{ kind: 'change', text: `nat ${text}`, seen: nothingWritten }] : [];
    return bdd.terminal(outcomes.number({ ending: 'translated', effects, written: { ...written, ...replyTuple(side, written, context) } }));
  };
  if (ports === undefined) return node(unchanged, false);
  // Elsewhere a port range means the id of an echo, which no field is, or nothing.
  const has = intervalsNode(bdd, layout.field('ip.protocol'), 0xffn, withPorts);
  return bdd.ite(has, node(portAfter(nat, ports, side, context), false), node(unchanged, true));
}

/** Answers come from where the translated packet goes to. */
function replyTuple(side: 'source' | 'destination', written: Written, { layout }: RulesetContext): Written {
  const other = side === 'source' ? 'destination' : 'source';
  const pairs = [[`ct.reply-${other}`, `ip.${side}`], [`ct.reply-${other}-port`, `transport.${side}-port`]] as const;
  return Object.fromEntries(pairs.flatMap(([to, from]) => (levelsOf(layout, to) !== undefined && written[from] !== undefined ? [[to, written[from]]] : [])));
}

interface Part {
  /** Absent: it stays as it is. */
  readonly bits?: readonly number[];
  readonly chosen: boolean;
}

const unchanged: Part = { chosen: false };

function addressAfter(nat: Nat, side: 'source' | 'destination', local: boolean, context: RulesetContext): Part {
  const width = addressBits(context.layout.family);
  const own = (key: string, looksAt: readonly string[], within?: Interval): Part => ({ chosen: true, bits: unknown(key, width, looksAt, within, context) });
  switch (nat.kind) {
    case 'masquerade':
      return own('address of the outgoing interface', ['ip.destination']);
    case 'redirect':
      return local ? { chosen: false, bits: constant(context.layout.family === 4 ? 0x7f000001n : 1n, width) } : own('address of the incoming interface', ['ip.destination']);
    case 'netmap': {
      const levels = levelsOf(context.layout, `ip.${side}`) ?? [];
      const [to, mask] = [constant(nat.to.address, width), constant(nat.to.mask, width)];
      return { chosen: false, bits: levels.map((level, index) => (mask[index] === 1 ? (to[index] ?? 0) : context.bdd.variable(level))) };
    }
    case 'snat':
    case 'dnat': {
      const { addresses } = nat.to;
      if (addresses === undefined) return unchanged;
      if (addresses.min === addresses.max) return { chosen: false, bits: constant(addresses.min, width) };
      return own(`${side} out of ${identityOf(addresses)}${nat.persistent === true ? ', persistent' : ''}`, ['ip.source', 'ip.destination'], addresses);
    }
  }
}

/** Protocols whose ports are translated: TCP, UDP, SCTP, UDP-Lite. */
const withPorts: readonly Interval[] = [6n, 17n, 132n, 136n].map((number) => ({ min: number, max: number }));

function portAfter(nat: Nat, ports: Range, side: 'source' | 'destination', context: RulesetContext): Part {
  if (ports.min === ports.max) return { chosen: false, bits: constant(BigInt(ports.min), 16) };
  const { basePort } = nat.kind === 'dnat' ? nat : {};
  if (basePort !== undefined && ports.min < ports.max) return { chosen: false, bits: shifted(basePort, ports, context) };
  const range = { min: BigInt(Math.min(ports.min, ports.max)), max: BigInt(Math.max(ports.min, ports.max)) };
  return { chosen: true, bits: unknown(`${side} port after ${identityOf(nat)}`, 16, 'everything', range, context) };
}

/** Port base+k becomes a+k, past the end of the range from a again. */
function shifted(base: number, { min, max }: Range, { bdd, layout }: RulesetContext): readonly number[] {
  const levels = layout.field('transport.destination-port');
  const after = Array.from({ length: 0x10000 }, (_, port) => min + (((port - base) & 0xffff) % (max - min + 1)));
  return levels.map((_, index) => {
    let row: readonly number[] = after.map((port) => (port >> (15 - index)) & 1);
    for (const level of levels.toReversed()) {
      const variable = bdd.variable(level);
      row = Array.from({ length: row.length / 2 }, (_, at) => (row[2 * at] === row[2 * at + 1] ? (row[2 * at] ?? 0) : bdd.ite(variable, row[2 * at + 1] ?? 0, row[2 * at] ?? 0)));
    }
    return row[0] ?? 0;
  });
}

const constant = (value: bigint, width: number): readonly number[] => Array.from({ length: width }, (_, index) => Number((value >> BigInt(width - 1 - index)) & 1n));

function unknown(key: string, bits: number, looksAt: readonly string[] | 'everything', within: Interval | undefined, { bdd, questions }: RulesetContext): readonly number[] {
  return questions.levels({ key, bits, looksAt, ...(within === undefined ? {} : { within }) }).map((level) => bdd.variable(level));
}
