import type { CtState, Family, PacketInput } from '../ir/index.js';
import { dissect, readU16, tcpFlags, type TransportSpec } from '../packet/index.js';
import { documentation, icmpOf } from './preferences.js';
import { packetOf, type Sketch } from './packet.js';

/** Packets that make a state, and the packet that is then in it. */
export interface Sequence {
  readonly before: readonly PacketInput[];
  readonly packet: PacketInput;
}

/** A packet that opens a connection, and how to answer it when translation has made something else of it. */
export interface Exchange {
  readonly before: readonly PacketInput[];
  readonly answerTo: (left: Uint8Array) => PacketInput | undefined;
}

/** Ways to come by an answer to a translated packet: it goes to where that seems to come from. */
export function answersFor(drawn: Sketch, ends: Ends): readonly Exchange[] {
  const { transport } = drawn.spec;
  const answerTo = (left: Uint8Array): PacketInput | undefined => {
    const seen = dissect(left);
    if (seen === undefined) return undefined;
    const ports = 'sourcePort' in transport && seen.transport.length >= 4 ? { sourcePort: readU16(seen.transport, 2), destinationPort: readU16(seen.transport, 0) } : {};
    const numbers = transport.kind === 'tcp' ? { sequence: (transport.flags & tcpFlags.syn) === 0 ? answerer + 1 : answerer, acknowledgement: (transport.flags & tcpFlags.ack) === 0 ? 0 : opener + 1 } : {};
    return packetOf({ ...drawn, spec: { ...drawn.spec, source: seen.destination, destination: seen.source, transport: { ...transport, ...ports, ...numbers } } });
  };
  const openers: readonly TransportSpec[] =
    transport.kind === 'tcp' ? ((transport.flags & tcpFlags.syn) === 0 ? [tcpFlags.ack] : [tcpFlags.syn]).map((flags) => ({ kind: 'tcp', sourcePort: transport.destinationPort, destinationPort: transport.sourcePort, flags, sequence: flags === tcpFlags.ack ? opener + 1 : opener, acknowledgement: flags === tcpFlags.ack ? answerer + 1 : 0 }))
    : transport.kind === 'icmp' ? [{ ...transport, type: drawn.family === 4 ? 8 : 128, code: 0 }]
    : 'sourcePort' in transport ? [{ ...transport, sourcePort: transport.destinationPort, destinationPort: transport.sourcePort }]
    : [transport];
  return openers.map((one) => ({ before: [packetOf(reversed(drawn, ends, one), 'before 1')], answerTo }));
}

/** Interfaces by which the packet comes and goes; absent where it starts or ends on this host. */
export interface Ends {
  readonly in?: string;
  readonly out?: string;
}

/** Ways to bring a packet into a state that its own first sight does not give it; one that needs none where the packet alone is in it. */
export function sequencesFor(drawn: Sketch, state: CtState, ends: Ends, marks: readonly number[] = []): readonly Sequence[] {
  const plain = unmarked(drawn, state, ends);
  // Marks of packets become marks of connections.
  return [...plain, ...marks.flatMap((mark) => plain.filter(({ before }) => before.length > 0).map(({ before, packet }) => ({ before: before.map((one) => ({ ...one, mark })), packet })))];
}

function unmarked(drawn: Sketch, state: CtState, ends: Ends): readonly Sequence[] {
  if (state === 'ESTABLISHED') return established(drawn, ends);
  if (state === 'RELATED') return related(drawn, ends);
  return [{ before: [], packet: packetOf(drawn) }];
}

/** First sequence numbers of both directions. */
const [opener, answerer] = [1000, 5000];

/** The packet of the other direction. */
function reversed(drawn: Sketch, { out }: Ends, transport: TransportSpec): Sketch {
  const { spec, family, protocol } = drawn;
  const { truncate: _, ...whole } = spec;
  const back = { family, protocol, mark: 0, spec: { ...whole, ttl: 64, source: spec.destination, destination: spec.source, transport } };
  if (drawn.start === 'loopback') return { ...back, start: 'loopback' };
  // Nobody here speaks from the address of many: conntrack takes such an answer off the wire.
  if (out === undefined) return drawn.inInterface !== undefined && isOfMany(spec.destination, family) ? { ...back, start: 'wire', inInterface: drawn.inInterface } : { ...back, start: 'local' };
  return { ...back, start: 'wire', inInterface: out };
}

const isOfMany = (address: bigint, family: Family): boolean => (family === 4 ? address >> 28n >= 14n || address === 0n || (address & 255n) === 255n : address >> 120n === 0xffn);

const withTransport = (drawn: Sketch, transport: TransportSpec): Sketch => ({ ...drawn, spec: { ...drawn.spec, transport } });

function established(drawn: Sketch, ends: Ends): readonly Sequence[] {
  const { transport } = drawn.spec;
  const of = (sketch: Sketch, id: string): PacketInput => packetOf(sketch, id);
  if (transport.kind === 'tcp') {
    const ports = { kind: 'tcp', sourcePort: transport.destinationPort, destinationPort: transport.sourcePort } as const;
    const there = (flags: number, sequence: number, acknowledgement: number): Sketch => reversed(drawn, ends, { ...ports, flags, sequence, acknowledgement });
    const here = (flags: number, sequence: number, acknowledgement: number): Sketch => withTransport(drawn, { ...transport, options: new Uint8Array(), data: new Uint8Array(), flags, sequence, acknowledgement });
    const { syn, ack } = tcpFlags;
    const last = (own: number, theirs: number): PacketInput => packetOf(withTransport(drawn, { ...transport, sequence: (transport.flags & syn) === 0 ? own + 1 : own, acknowledgement: (transport.flags & ack) === 0 ? 0 : theirs + 1 }));
    const opens = [of(there(syn, opener, 0), 'before 1')];
    const begins = [of(here(syn, opener, 0), 'before 1'), of(there(syn | ack, answerer, opener + 1), 'before 2')];
    // Which packets conntrack takes in which state of a connection (`tcp_conntracks` of the kernel): a SYN against a SYN or once more, its
    // answer from the other end alone.
    if ((transport.flags & syn) !== 0) {
      const against = { before: opens, packet: last(answerer, opener) };
      return (transport.flags & ack) !== 0 ? [against] : [against, { before: begins, packet: packetOf(withTransport(drawn, { ...transport, sequence: opener, acknowledgement: 0 })) }];
    }
    return [
      { before: [...opens, of(here(syn | ack, answerer, opener + 1), 'before 2'), of(there(ack, opener + 1, answerer + 1), 'before 3')], packet: last(answerer, opener) },
      { before: begins, packet: last(opener, answerer) },
      { before: [...begins, of(here(ack, opener + 1, answerer + 1), 'before 3')], packet: last(opener, answerer) },
      // Connections are picked up in the middle, too.
      { before: [of(there(ack, opener + 1, answerer + 1), 'before 1')], packet: last(answerer, opener) },
      { before: [of(here(ack, opener + 1, answerer + 1), 'before 1'), of(there(ack, answerer + 1, opener + 1), 'before 2')], packet: last(opener, answerer) },
    ];
  }
  if (transport.kind === 'icmp') {
    const answers = drawn.family === 4 ? [[8, 0], [13, 14], [15, 16], [17, 18]] : [[128, 129]];
    const asks = answers.find(([question]) => question === transport.type);
    const told = answers.find(([, answer]) => answer === transport.type);
    if (asks !== undefined) return [{ before: [of(drawn, 'before 1'), of(reversed(drawn, ends, { ...transport, type: asks[1] ?? 0, code: 0 }), 'before 2')], packet: packetOf(drawn) }];
    return told === undefined ? [] : [{ before: [of(reversed(drawn, ends, { ...transport, type: told[0] ?? 8, code: 0 }), 'before 1')], packet: packetOf(drawn) }];
  }
  const turnedRound: TransportSpec = 'sourcePort' in transport ? { ...transport, sourcePort: transport.destinationPort, destinationPort: transport.sourcePort } : transport;
  const back = reversed(drawn, ends, turnedRound);
  return [
    { before: [of(back, 'before 1')], packet: packetOf(drawn) },
    { before: [of(drawn, 'before 1'), of(back, 'before 2')], packet: packetOf(drawn) },
  ];
}

/** An ICMP error about a packet that went the other way; what else is RELATED needs a helper. */
function related(drawn: Sketch, ends: Ends): readonly Sequence[] {
  const { transport } = drawn.spec;
  if (transport.kind !== 'icmp') return [];
  const causes: readonly (readonly [number, TransportSpec])[] = [
    [17, { kind: 'udp', sourcePort: 40000, destinationPort: 53 }],
    [6, { kind: 'tcp', sourcePort: 40000, destinationPort: 80, flags: tcpFlags.syn, sequence: opener }],
    [icmpOf(drawn.family), { kind: 'icmp', type: drawn.family === 4 ? 8 : 128, code: 0 }],
    [6, { kind: 'tcp', sourcePort: 40000, destinationPort: 443, flags: tcpFlags.syn, sequence: opener }],
    [6, { kind: 'tcp', sourcePort: 40000, destinationPort: 22, flags: tcpFlags.syn, sequence: opener }],
  ];
  const elsewhere = documentation[drawn.family].source;
  const abouts = causes.flatMap(([protocol, cause]) => {
    const there = { ...reversed(drawn, ends, cause), protocol };
    // Over lo comes an error, too, about what was sent to another host.
    return [there, ...(drawn.start === 'loopback' ? [{ ...there, start: 'local' as const, spec: { ...there.spec, destination: elsewhere } }] : [])];
  });
  const error = (about: PacketInput): PacketInput => packetOf(withTransport(drawn, { ...transport, rest: 0, data: about.bytes.subarray(0, 128) }));
  return [
    // A hop further its TTL would be less; nobody looks.
    ...abouts.map((cause): Sequence => {
      const about = packetOf(cause, 'before 1');
      return { before: [about], packet: error(about) };
    }),
    ...causes.map(([protocol, cause]): Sequence => {
      const about = packetOf({ ...reversed(drawn, ends, answering(cause)), protocol }, 'before 2');
      return { before: [packetOf({ ...withTransport(drawn, cause), protocol }, 'before 1'), about], packet: error(about) };
    }),
  ];
}

/** What the other end says to the opening of a connection. */
function answering(cause: TransportSpec): TransportSpec {
  if (cause.kind === 'icmp') return { ...cause, type: cause.type === 8 ? 0 : 129 };
  if (!('sourcePort' in cause)) return cause;
  const turnedRound = { ...cause, sourcePort: cause.destinationPort, destinationPort: cause.sourcePort };
  return turnedRound.kind === 'tcp' ? { ...turnedRound, flags: tcpFlags.syn | tcpFlags.ack, sequence: answerer, acknowledgement: opener + 1 } : turnedRound;
}
