import type { CoreRuleset, CtState, Field, Hook, Predicate, PredicateOf, Presence } from '../ir/index.js';
import type { RulesetContext } from './context.js';
import { intervalsNode } from './interval.js';
import { ctStateCodes, patternTakes } from './layout.js';
import { offTheWire, ontoTheWire } from './places.js';
import { codes, stateNode } from './predicate.js';
import { addressTypeCodes, extensionsAsked, opaqueKey, type Vocabulary } from './vocabulary.js';

/** What is certain of packets, as boolean diagrams over the variables that a comparison has; 1 where they do not speak of it. */
export interface Facts {
  /** Of every packet at a hook. */
  at(hook: Hook): number;
  /** Of the addresses of every packet that came over a wire to a hook. */
  offTheWire(hook: Hook): number;
  /** Of every packet that leaves on a way: what is this host's own goes over `lo`. */
  leaving(way: 'sent' | 'looped'): number;
  /** Of every packet that no rule has seen yet. */
  opening(): number;
  /** The interface variables say `lo`: 1 and 0 where no rule tells it from others. */
  overLoopback(direction: 'in' | 'out'): { readonly may: number; readonly mayNot: number };
  states(...states: readonly CtState[]): number;
  /** The question whether something is there at all; undefined where no rule asks it. */
  present(what: Presence): number | undefined;
}

const tcp = 6n;
const udp = 17n;

export function createFacts(rulesets: readonly CoreRuleset[], vocabulary: Vocabulary, context: RulesetContext): Facts {
  const { bdd, layout } = context;
  const { family } = layout;
  const icmp = family === 4 ? 1n : 58n;
  const all = (...parts: readonly number[]): number => parts.reduce((result, part) => bdd.and(result, part), 1);
  const implies = (left: number, right: number): number => bdd.or(bdd.not(left), right);
  const same = (left: number, right: number): number => bdd.ite(left, right, bdd.not(right));
  const states = (...wanted: readonly CtState[]): number => stateNode(wanted, bdd, layout);
  const isKnown = (field: Field): boolean => vocabulary.fields.has(field);
  /** Undefined where the field has no variables; fields of the transport header may have some through others. */
  const field = (name: Field, min: bigint, max = min): number | undefined => {
    if (!isKnown(name)) return undefined;
    const levels = layout.field(name);
    return intervalsNode(bdd, levels, (1n << BigInt(levels.length)) - 1n, [{ min, max }]);
  };
  const anyOf = (name: Field, mask: bigint, values: readonly bigint[]): number | undefined =>
    isKnown(name) ? values.reduce<number>((sum, value) => bdd.or(sum, intervalsNode(bdd, layout.field(name), mask, [{ min: value, max: value }])), 0) : undefined;
  const bit = (name: Field, number: number): number | undefined => {
    const level = isKnown(name) ? layout.field(name).at(-1 - number) : undefined;
    return level === undefined ? undefined : bdd.variable(level);
  };
  const given = (node: number | undefined, build: (node: number) => number): number => (node === undefined ? 1 : build(node));
  const first = bdd.variable(layout.first);
  const entry = states('NEW', 'RELATED', 'ESTABLISHED');

  /** Numbers beyond the last code mean the last one; of the spellings one is enough. */
  const canonical = (): number => {
    const limited = (levels: readonly number[], count: number): number => (levels.length === 0 ? 1 : intervalsNode(bdd, levels, (1n << BigInt(levels.length)) - 1n, [{ min: 0n, max: BigInt(count - 1) }]));
    return all(
      limited(layout.ctState, ctStateCodes.length),
      ...(['in', 'out'] as const).map((direction) => limited(layout.interfaces(direction).levels, Math.max(1, layout.interfaces(direction).representatives.length))),
      limited(layout.transportLength.levels, layout.transportLength.thresholds.length + 1),
      ...vocabulary.addressTypes.map((key) => limited(layout.addressType(key), addressTypeCodes.length)),
      // Frames for others never come to a hook.
      field('packet.type', 0n, 2n) ?? 1,
    );
  };

  /** Only nat chains translate; without them no entry has been. */
  const translations = rulesets.some((ruleset) => ruleset.tracking && ruleset.tables.some((table) => table.chains.some((chain) => chain.rules.some(({ action }) => action.kind === 'nat' || action.kind === 'refuse'))));

  /** Only a helper that a rule gives leads from one connection to another; else RELATED are errors, and this host's own answers. */
  const helpers = rulesets.some((ruleset) => ruleset.tables.some((table) => table.chains.some((chain) => chain.rules.some(({ action }) => action.kind === 'refuse' || (action.kind === 'ct' && action.ct.helper !== undefined)))));

  const resetting = rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.filter(({ action }) => action.kind === 'reject' && action.with === 'tcp-reset'))));

  /** A reset comes from the port that was asked for. */
  const resets = (): number => {
    const ports = resetting.map(({ steps }) => steps.flatMap((step) => (step.kind === 'test' && step.predicate.kind === 'field' && step.predicate.field === 'transport.destination-port' && step.predicate.mask === 0xffffn ? [step.predicate.intervals] : []))[0]);
    const asks = isKnown('transport.source-port') && !translations && ports.every((intervals) => intervals !== undefined);
    const from = asks ? ports.reduce<number>((sum, intervals = []) => bdd.or(sum, intervalsNode(bdd, layout.field('transport.source-port'), 0xffffn, intervals)), 0) : 1;
    return bdd.and(from, bit('tcp.flags', 2) ?? 1);
  };

  const connection = (): number => {
    const bits = bdd.or(bdd.variable(layout.ctSnat), bdd.variable(layout.ctDnat));
    const replied = bit('ct.status', 1);
    const assured = bit('ct.status', 2);
    const confirmed = bit('ct.status', 3);
    return all(
      implies(first, states('NEW', 'RELATED')),
      // Status belongs to an entry.
      implies(bits, translations ? entry : 0),
      // The first answer makes it ESTABLISHED, and is on record before any table looks.
      given(replied, (seen) => all(implies(states('NEW'), bdd.not(seen)), implies(states('ESTABLISHED'), seen))),
      given(replied, (seen) => given(assured, (sure) => implies(bdd.and(entry, sure), seen))),
      // An entry is confirmed when its first packet has left all hooks.
      given(confirmed, (known) => all(implies(states('NEW'), same(known, bdd.not(first))), implies(states('ESTABLISHED'), known), implies(all(states('RELATED'), first, bdd.not(bdd.variable(layout.comesAttached))), bdd.not(known)))),
      given(field('ct.direction', 0n), (original) => implies(states('NEW'), original)),
    );
  };

  const holds = (bytes: number): number => {
    const { thresholds, levels } = layout.transportLength;
    const least = thresholds.filter((threshold) => threshold <= bytes).length;
    return least === 0 ? 1 : codes(bdd, levels, Array.from({ length: thresholds.length + 1 - least }, (_, index) => least + index), thresholds.length + 1);
  };

  /** What connection tracking makes of a packet's headers, with the kernel's defaults (`nf_conntrack_tcp_loose` 1). */
  const headers = (): number => {
    // RELATED, too: of TCP and UDP that is the first packet of a connection that was expected, or an answer of this host's own.
    const live = entry;
    const isTcp = field('ip.protocol', tcp);
    const isIcmp = field('ip.protocol', icmp);
    const types = (...numbers: readonly bigint[]): number | undefined => anyOf('icmp.type', 0xffn, numbers);
    return all(
      given(isTcp, (protocol) => implies(bdd.and(protocol, live), holds(20))),
      given(field('ip.protocol', udp), (protocol) => implies(bdd.and(protocol, live), holds(8))),
      given(isIcmp, (protocol) => implies(bdd.and(protocol, entry), holds(8))),
      // SYN or ACK, each with or without URG; PSH, ECE and CWR are not looked at.
      given(isTcp, (protocol) => given(anyOf('tcp.flags', 0x37n, [0x02n, 0x10n, 0x22n, 0x30n]), (opening) => implies(all(protocol, states('NEW'), first), opening))),
      given(isTcp, (protocol) => given(anyOf('tcp.flags', 0x37n, [0x02n, 0x04n, 0x10n, 0x11n, 0x12n, 0x14n, 0x22n, 0x30n, 0x31n]), (sound) => implies(bdd.and(protocol, entry), sound))),
      given(isIcmp, (protocol) => given(family === 4 ? types(8n, 13n, 15n, 17n) : types(128n, 139n), (asking) => implies(bdd.and(protocol, states('NEW')), asking))),
      given(isIcmp, (protocol) => given(family === 4 ? types(0n, 8n, 13n, 14n, 15n, 16n, 17n, 18n) : types(128n, 129n, 139n, 140n), (echo) => implies(bdd.and(protocol, states('ESTABLISHED')), echo))),
      helpers ? 1 : given(isIcmp, (protocol) => implies(bdd.and(states('RELATED'), bdd.not(bdd.variable(layout.comesAttached))), protocol)),
      // No helper expects ICMP.
      given(isIcmp, (protocol) => given(family === 4 ? types(3n, 4n, 5n, 11n, 12n) : field('icmp.type', 0n, 127n), (error) => implies(bdd.and(protocol, states('RELATED')), error))),
      given(isIcmp, (protocol) => alike('ct.protocol', 'ip.protocol', bdd.and(entry, bdd.not(bdd.and(protocol, states('RELATED')))))),
      // The other family's ICMP opens nothing.
      given(field('ip.protocol', family === 4 ? 58n : 1n), (other) => implies(other, bdd.not(entry))),
    );
  };

  /**
   * Where `when` holds, every question that rules ask of one field has the same answer for the other. That the fields are the same would
   * say more, but can take more nodes than there is room for.
   */
  const alike = (one: Field, other: Field, when: number): number => {
    if (!isKnown(one) || !isKnown(other)) return 1;
    return all(...asked(rulesets, [one, other]).map(({ mask, intervals }) => implies(when, same(intervalsNode(bdd, layout.field(one), mask, intervals), intervalsNode(bdd, layout.field(other), mask, intervals)))));
  };

  /** The entry of a connection that nobody has translated says what its packets say. */
  const entryLike = (when: number): number => {
    const direction = (code: bigint): number => (isKnown('ct.direction') ? (field('ct.direction', code) ?? 1) : code === 0n ? states('NEW') : 0);
    const [there, back] = [bdd.and(when, direction(0n)), bdd.and(when, direction(1n))];
    // Kernels from 6.17 on know no ports of DCCP connections, earlier ones do.
    const ported = anyOf('ip.protocol', 0xffn, [6n, 17n, 132n, 136n]);
    return all(
      alike('ct.original-source', 'ip.source', there),
      alike('ct.original-destination', 'ip.destination', there),
      alike('ct.original-source', 'ip.destination', back),
      alike('ct.original-destination', 'ip.source', back),
      given(ported, (has) => all(
        alike('ct.original-source-port', 'transport.source-port', bdd.and(there, has)),
        alike('ct.original-destination-port', 'transport.destination-port', bdd.and(there, has)),
        alike('ct.original-source-port', 'transport.destination-port', bdd.and(back, has)),
        alike('ct.original-destination-port', 'transport.source-port', bdd.and(back, has)),
      )),
    );
  };

  /** No header is longer than the packet. */
  const length = (): number => {
    const header = family === 4 ? 20n : 40n;
    const most = family === 4 ? 0xffffn : 0x10027n;
    const atLeast = (least: bigint): number | undefined => field('ip.length', least, most);
    const { thresholds, levels } = layout.transportLength;
    return all(
      atLeast(header) ?? 1,
      // A later fragment of IPv6 has its transport header read out of the IPv6 header itself.
      ...(family === 6 ? [] : thresholds).map((bytes, index) =>
        given(atLeast(header + BigInt(bytes)), (long) => implies(codes(bdd, levels, Array.from({ length: thresholds.length - index }, (_, more) => index + 1 + more), thresholds.length + 1), long)),
      ),
    );
  };

  const present = (what: Presence): number | undefined => {
    const key = opaqueKey({ kind: 'present', what });
    return vocabulary.opaque.includes(key) ? bdd.variable(layout.opaque(key)) : undefined;
  };

  /** Questions of which one answer leads to another. */
  const presence = (): number => {
    const mssOption = vocabulary.opaque.includes('mss') && vocabulary.opaque.includes(opaqueKey({ kind: 'tcp-option', option: 2 })) ? bdd.variable(layout.opaque(opaqueKey({ kind: 'tcp-option', option: 2 }))) : undefined;
    return all(
      // Connection tracking walks the same chain of headers.
      given(present({ kind: 'protocol' }), (found) => implies(entry, found)),
      given(present({ kind: 'tcp-options' }), (options) => implies(options, holds(20))),
      given(present({ kind: 'ah' }), (there) => given(present({ kind: 'ah-intact' }), (intact) => implies(there, intact))),
      given(present({ kind: 'socket' }), (socket) => given(present({ kind: 'kernel-socket' }), (kernel) => bdd.not(bdd.and(socket, kernel)))),
      ...extensions(),
      // A whole MSS option is one of kind 2.
      given(mssOption, (option) => implies(bdd.variable(layout.mssPresent), option)),
    );
  };

  /** A header is there if some of it is, and if it is found the walk to it is not broken. A fragment header decides whether this is a later fragment. */
  const extensions = (): readonly number[] => {
    const asked = extensionsAsked(vocabulary);
    const fragment = present({ kind: 'extension', header: 'fragment' });
    const later = given(field('ip.fragment-offset', 0n), (whole) => all(
      given(fragment, (there) => implies(bdd.not(there), whole)),
      given(field('fragment.offset', 0n), (first) => given(fragment, (there) => all(implies(bdd.and(there, bdd.not(first)), bdd.not(whole)), alike('fragment.offset', 'ip.fragment-offset', bdd.and(there, bdd.not(first)))))),
    ));
    return [
      later,
      ...asked.flatMap((what) => [
        ...longEnough(what),
        given(present(what), (some) => given(present({ kind: 'extension-walk', header: what.header }), (walked) => implies(some, walked))),
        ...asked.filter((other) => other.header === what.header && leastBytes(other) < leastBytes(what)).map((other) => given(present(what), (more) => given(present(other), (less) => implies(more, less)))),
      ]),
    ];
  };

  /** A whole header holds as much as its length says. */
  const longEnough = (what: Extract<Presence, { readonly kind: 'extension' }>): readonly number[] => {
    if (what.header === 'fragment' || typeof what.bytes !== 'number') return [];
    const enough = field(`${what.header}.length`, BigInt(Math.ceil(what.bytes / 8) - 1), 0xffn);
    return [given(present({ kind: 'extension', header: what.header, bytes: 'whole' }), (whole) => given(present(what), (some) => given(enough, (long) => implies(bdd.and(whole, long), some))))];
  };

  const overLoopback: Facts['overLoopback'] = (direction) => {
    const { levels, representatives } = layout.interfaces(direction);
    const signature = (name: string): string => vocabulary.patterns[direction].map((pattern) => (patternTakes(pattern, name) ? '1' : '0')).join('');
    const code = representatives.findIndex((name) => signature(name) === signature('lo'));
    const may = codes(bdd, levels, [code], representatives.length);
    // Unless a rule names it, its class holds other names too.
    return { may, mayNot: vocabulary.patterns[direction].some(({ name, prefix }) => !prefix && name === 'lo') ? bdd.not(may) : 1 };
  };

  const typeIs = (address: 'source' | 'destination', ...types: readonly (typeof addressTypeCodes)[number][]): number =>
    vocabulary.addressTypes.includes(address) ? codes(bdd, layout.addressType(address), types.map((type) => addressTypeCodes.indexOf(type)), addressTypeCodes.length) : 1;

  /** Addresses whose type needs no look at the routing table. */
  const literalTypes = (): number =>
    all(
      ...(['source', 'destination'] as const).flatMap((address) => {
        const name = `ip.${address}` as const;
        if (!vocabulary.addressTypes.includes(address)) return [];
        const are = (intervals: readonly (readonly [bigint, bigint])[], type: (typeof addressTypeCodes)[number]): readonly number[] =>
          isKnown(name) ? [same(intervalsNode(bdd, layout.field(name), (1n << BigInt(layout.field(name).length)) - 1n, intervals.map(([min, max]) => ({ min, max }))), typeIs(address, type))] : [];
        if (family === 6) return are([[0xffn << 120n, (1n << 128n) - 1n]], 'MULTICAST');
        const broadcast = field(name, 0xffff_ffffn);
        const nobody = field(name, 0n);
        return [
          ...are([[0xe000_0000n, 0xefff_ffffn]], 'MULTICAST'),
          given(broadcast, (node) => implies(node, typeIs(address, 'BROADCAST'))),
          given(nobody, (node) => implies(node, typeIs(address, 'BROADCAST'))),
          // `lo` has 127.0.0.1/8 and nothing else of it.
          given(field(name, 0x7f00_0000n, 0x7fff_fffen), (node) => implies(node, typeIs(address, 'LOCAL'))),
          given(field(name, 0x7fff_ffffn), (node) => implies(node, typeIs(address, 'BROADCAST'))),
        ];
      }),
    );

  /** What routing has said before the hook. IPv4 puts fragments together before INPUT. */
  const routed = (hook: Hook): number => {
    switch (hook) {
      case 'INPUT':
        return all(bdd.not(bdd.variable(layout.sent)), typeIs('destination', 'LOCAL', 'BROADCAST', 'MULTICAST', ...(family === 6 ? (['ANYCAST'] as const) : [])), family === 4 ? (field('ip.fragment-offset', 0n) ?? 1) : 1);
      case 'FORWARD':
        return all(bdd.not(bdd.variable(layout.sent)), typeIs('destination', 'UNICAST'), field('packet.type', 0n) ?? 1, overLoopback('in').mayNot, overLoopback('out').mayNot);
      case 'PREROUTING':
        return bdd.not(bdd.variable(layout.sent));
      case 'OUTPUT':
      case 'POSTROUTING':
        return 1;
    }
  };

  /** Who has no IPv4 address yet speaks to all in a network or in a group. */
  const fromNobody = (): number =>
    family === 4 && vocabulary.addressTypes.includes('destination') ? given(field('ip.source', 0n), (nobody) => implies(nobody, bdd.not(typeIs('destination', 'LOCAL')))) : 1;

  const always = all(canonical(), connection(), headers(), length(), literalTypes(), presence());
  const untouched = translations ? 1 : entryLike(states('NEW', 'ESTABLISHED'));
  return {
    at: (hook) => all(always, untouched, routed(hook)),
    offTheWire: (hook) => all(offTheWire(hook, vocabulary, bdd, layout), hook === 'INPUT' ? fromNobody() : 1),
    leaving: (way) => (way === 'looped' ? all(overLoopback('out').may, typeIs('destination', 'LOCAL', 'BROADCAST', 'MULTICAST')) : all(overLoopback('out').mayNot, ontoTheWire(vocabulary, bdd, layout), vocabulary.addressTypes.includes('destination') ? bdd.not(typeIs('destination', 'LOCAL')) : 1)),
    opening: () => {
      const own = entryLike(bdd.and(first, states('NEW')));
      // Without NOTRACK all IPv4 is tracked, and all IPv6 but listener, neighbour and router discovery.
      const untracked = states('UNTRACKED');
      // Of what the host answers with, only a reset is no ICMP.
      const reset = given(field('ip.protocol', tcp), (protocol) => bdd.and(protocol, resets()));
      const answers = given(field('ip.protocol', icmp), (protocol) => implies(bdd.variable(layout.comesAttached), resetting.length === 0 ? protocol : bdd.or(protocol, reset)));
      if (family === 4) return all(own, answers, bdd.not(untracked));
      return all(own, answers, given(present({ kind: 'protocol' }), (found) => implies(untracked, found)), given(field('ip.protocol', icmp), (protocol) => implies(untracked, protocol)), given(anyOf('icmp.type', 0xffn, unsolicited), (discovery) => implies(untracked, discovery)));
    },
    overLoopback, states, present,
  };
}

/** Every such header has 8 bytes at least. */
const leastBytes = ({ bytes = 0 }: Extract<Presence, { readonly kind: 'extension' }>): number => (bytes === 'whole' ? 9 : bytes);

/** ICMPv6 types that connection tracking leaves alone. */
const unsolicited: readonly bigint[] = [130n, 131n, 132n, 133n, 134n, 135n, 136n, 143n, 151n, 152n];

/** What the rules ask of these fields. */
function asked(rulesets: readonly CoreRuleset[], fields: readonly Field[]): readonly Pick<PredicateOf<'field'>, 'mask' | 'intervals'>[] {
  const questions = new Map<string, Pick<PredicateOf<'field'>, 'mask' | 'intervals'>>();
  const visit = (predicate: Predicate): void => {
    if (predicate.kind === 'not') visit(predicate.operand);
    else if (predicate.kind === 'and' || predicate.kind === 'or') predicate.operands.forEach(visit);
    else if (predicate.kind === 'field' && fields.includes(predicate.field)) questions.set(`${predicate.mask} ${predicate.intervals.map(({ min, max }) => `${min}-${max}`).join()}`, { mask: predicate.mask, intervals: predicate.intervals });
  };
  for (const { tables } of rulesets) for (const { chains } of tables) for (const { rules } of chains) for (const { steps } of rules) for (const step of steps) if (step.kind === 'test') visit(step.predicate);
  return [...questions.values()];
}
