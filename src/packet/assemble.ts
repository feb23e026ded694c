import type { PacketInput } from '../ir/index.js';
import { buildPacket, type PacketSpec } from './build.js';
import { concat, u16 } from './bytes.js';
import { broadcastMac, ethernetHeader, multicastMac } from './ethernet.js';
import { portProtocols } from './protocols.js';
import { tcpFlags, type ChecksumChoice, type TransportSpec } from './transport.js';
import type { PacketWords, ReportWord } from './words.js';

const defaultSourcePort = 40000;

/** Makes the packet of words that were read; contradictions between them are reported. Undefined when there is one. */
export function assemble(words: PacketWords, id: string, report: ReportWord): PacketInput | undefined {
  if (!checkPartners(words, report)) return undefined;
  const bytes = assembleBytes(words, report);
  if (bytes === undefined) return undefined;
  const { values } = words;
  return {
    id,
    origin: words.local ? 'local' : 'wire',
    ...(values.in === undefined ? {} : { inInterface: values.in }),
    bytes,
    ...(values.mark === undefined ? {} : { mark: values.mark }),
    ...linkLayer(words),
    ...(values.uid === undefined ? {} : { uid: values.uid }),
    ...(values.gid === undefined ? {} : { gid: values.gid }),
    ...(values.groups === undefined ? {} : { groups: values.groups }),
    ...(values.time === undefined ? {} : { time: values.time }),
    ...(values.state === undefined ? {} : { state: values.state }),
    ...(values.forward === undefined ? {} : { forwardTo: values.forward }),
  };
}

function checkPartners(words: PacketWords, report: ReportWord): boolean {
  const { protocol, places } = words;
  let fine = true;
  const conflict = (key: string, other: string, applies: boolean): void => {
    const place = places.get(key);
    if (place === undefined || !applies) return;
    report('packet-conflict', { one: place.text, other }, place);
    fine = false;
  };
  for (const key of ['in', 'forward', 'mac', 'pkttype']) conflict(key, '`local`', words.local);
  for (const key of ['uid', 'gid', 'groups']) conflict(key, 'a packet from the wire: only local packets have an owner', !words.local);
  for (const key of ['flags', 'mss', 'options']) conflict(key, 'another protocol than tcp', protocol !== 6);
  conflict('mss', '`options`', places.has('options'));
  for (const key of ['type', 'code']) conflict(key, 'another protocol than icmp', protocol !== 1 && protocol !== 58);
  conflict('spi', 'another protocol than esp or ah', protocol !== 50 && protocol !== 51);
  conflict('chunks', 'another protocol than sctp', protocol !== 132);
  conflict('checksum', 'a protocol without checksum', ![1, 6, 17, 58, 132, 136].includes(protocol));
  conflict('payload', 'dccp, which is built without data', protocol === 33);
  conflict('payload', '`length`: the payload gives the length', places.has('length'));
  if ((protocol === 1 && words.source.family === 6) || (protocol === 58 && words.source.family === 4)) {
    report('packet-families', { source: words.protocolWord.text, destination: words.sourceWord.text }, words.protocolWord, protocol === 1 ? 'write icmpv6' : 'write icmp');
    fine = false;
  }
  return fine;
}

function assembleBytes(words: PacketWords, report: ReportWord): Uint8Array | undefined {
  const { values, source, destination } = words;
  const later = values.fragment !== undefined && values.fragment.offset > 0;
  const spec = (data: Uint8Array, truncate?: number): PacketSpec => ({
    family: source.family, source: source.address, destination: destination.address, ttl: values.ttl ?? 64, tos: values.tos ?? 0,
    ...(words.protocol === 51 ? { extensions: [{ kind: 'ah', spi: values.spi ?? 256 }] } : {}),
    ...(values.fragment === undefined ? {} : { fragment: { offset: values.fragment.offset / 8, more: values.fragment.more } }),
    transport: later ? { kind: 'raw', protocol: words.protocol, data } : transportOf(words, data, defaultPorts(words)),
    ...(truncate === undefined ? {} : { truncate }),
  });
  if (!later) reportDefaults(words, report);
  const plain = buildPacket(spec(values.payload ?? new Uint8Array(later ? 8 : 0)));
  if (values.length === undefined) return plain;
  const empty = later ? buildPacket(spec(new Uint8Array())) : plain;
  const place = words.places.get('length') ?? words.protocolWord;
  if (values.length >= empty.length) {
    const filled = buildPacket(spec(new Uint8Array(values.length - empty.length)));
    if (filled.length === values.length) return filled;
    report('packet-value', { key: 'length', wanted: 'a length that packets of this protocol have (sctp: a multiple of 4)', text: String(values.length) }, place);
    return undefined;
  }
  const headers = buildPacket(spec(new Uint8Array(), 0)).length;
  if (values.length >= headers) return buildPacket(spec(new Uint8Array(), values.length - headers));
  report('packet-value', { key: 'length', wanted: `at least the ${headers} bytes of the IP header`, text: String(values.length) }, place);
  return undefined;
}

function defaultPorts(words: PacketWords): readonly [number, number] {
  return [words.source.port ?? defaultSourcePort, words.destination.port ?? (words.protocol === 17 ? 53 : 80)];
}

function reportDefaults(words: PacketWords, report: ReportWord): void {
  if (!portProtocols.includes(words.protocol)) return;
  const [sourcePort, destinationPort] = defaultPorts(words);
  if (words.source.port === undefined) report('packet-default-port', { side: 'source', port: sourcePort }, words.sourceWord);
  if (words.destination.port === undefined) report('packet-default-port', { side: 'destination', port: destinationPort }, words.destinationWord);
}

function transportOf({ protocol, values, flags, source }: PacketWords, data: Uint8Array, [sourcePort, destinationPort]: readonly [number, number]): TransportSpec {
  const checksum: { readonly checksum?: ChecksumChoice } = values.checksum === undefined || values.checksum === 'right' ? {} : { checksum: values.checksum === 'none' ? 0 : 'wrong' };
  switch (protocol) {
    case 6: {
      const options = values.mss === undefined ? values.options : concat(Uint8Array.of(2, 4), u16(values.mss));
      return { kind: 'tcp', sourcePort, destinationPort, flags: flags ?? tcpFlags.syn, ...(options === undefined ? {} : { options }), data, ...checksum };
    }
    case 17: return { kind: 'udp', sourcePort, destinationPort, data, ...checksum };
    case 136: return { kind: 'udp', lite: true, sourcePort, destinationPort, data, ...checksum };
    case 1:
    case 58: return { kind: 'icmp', type: values.type ?? (source.family === 4 ? 8 : 128), code: values.code ?? 0, data, ...checksum };
    case 132: {
      const chunks = values.chunks ?? [1];
      const minimum: Readonly<Record<number, number>> = { 0: 12, 1: 16, 2: 16, 3: 12 };
      return { kind: 'sctp', sourcePort, destinationPort, ...checksum, chunks: chunks.map((type, index) => ({ type, value: concat(new Uint8Array(minimum[type] ?? 0), index === chunks.length - 1 ? data : new Uint8Array()) })) };
    }
    case 50: return { kind: 'esp', spi: values.spi ?? 256, data };
    // Behind the authentication header nothing: next header 59.
    case 51: return { kind: 'raw', protocol: 59, data };
    case 47: return { kind: 'gre', data };
    case 33: return { kind: 'dccp', sourcePort, destinationPort, type: 0 };
    default: return { kind: 'raw', protocol, data };
  }
}

/** The frame that a `mac` or `pkttype` asks for; its destination agrees with the packet type. */
function linkLayer({ values, destination, local }: PacketWords): Pick<PacketInput, 'ethernet' | 'packetType'> {
  if (local || (values.mac === undefined && values.pkttype === undefined)) return {};
  const multicast = destination.family === 4 ? destination.address >> 28n === 0xen : destination.address >> 120n === 0xffn;
  const packetType = values.pkttype ?? (destination.family === 4 && destination.address === 0xffff_ffffn ? 'broadcast' : multicast ? 'multicast' : 'unicast');
  if (values.mac === undefined) return { packetType };
  const to = packetType === 'broadcast' ? broadcastMac : packetType === 'multicast' ? multicastMac(destination.family, destination.address) : 0x0200_0000_0001;
  return { packetType, ethernet: ethernetHeader({ source: values.mac, destination: to, family: destination.family }) };
}
