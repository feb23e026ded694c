import type { PacketInput } from '../ir/index.js';
import { formatAddress, formatMac } from './address.js';
import { bytesToBig, readU16, readU32, toHex } from './bytes.js';
import { dissect, hasWrongChecksum, type Dissection } from './dissect.js';
import { portProtocols, protocolName } from './protocols.js';
import { tcpFlags } from './transport.js';

/**
 * A packet in one line, in the words that `--packet` takes: `tcp 203.0.113.9:40000 > 10.0.0.5:22 syn ttl 3 in eth0`; bytes alone
 * give no interface and no mark. What those words cannot say stands behind them in parentheses.
 */
export function describePacket(packet: PacketInput | Uint8Array): string {
  const bytes = packet instanceof Uint8Array ? packet : packet.bytes;
  const dissection = dissect(bytes);
  const circumstances = packet instanceof Uint8Array ? [] : circumstancesOf(packet);
  if (dissection === undefined) return [bytes.length === 1 ? '1 byte that is no IP packet' : `${bytes.length} bytes that are no IP packet`, ...circumstances].join(' ');
  const remarks = [
    ...dissection.extensions.filter((number) => number !== 44 && !(number === 51 && dissection.protocol === 59)).map((number) => extensionNames[number] ?? `header ${number}`),
    ...(dissection.optionBytes > 0 ? ['IP options'] : []),
    ...transportRemarks(dissection),
  ];
  return [...describeHeaders(dissection, bytes.length), ...circumstances, ...(remarks.length > 0 ? [`(${remarks.join(', ')})`] : [])].join(' ');
}

function circumstancesOf(input: PacketInput): readonly string[] {
  return [
    ...(input.origin === 'local' ? ['local'] : input.inInterface === undefined ? [] : [`in ${input.inInterface}`]),
    ...(input.forwardTo === undefined ? [] : [`forward out ${input.forwardTo}`]),
    ...(input.mark ? [`mark 0x${input.mark.toString(16)}`] : []),
    ...(input.state === undefined ? [] : [`state ${input.state}`]),
    ...(input.ethernet === undefined ? [] : [`mac ${formatMac(Number(bytesToBig(input.ethernet.subarray(6, 12))))}`]),
    ...(input.packetType === undefined ? [] : [`pkttype ${input.packetType}`]),
    ...(input.uid === undefined ? [] : [`uid ${input.uid}`]),
    ...(input.gid === undefined ? [] : [`gid ${input.gid}`]),
    ...(input.groups === undefined ? [] : [`groups ${input.groups.join(',')}`]),
    ...(input.time === undefined ? [] : [`time ${new Date(input.time * 1000).toISOString()}`]),
  ];
}

const extensionNames: Readonly<Record<number, string>> = { 0: 'hop-by-hop options', 43: 'routing header', 51: 'authentication header', 60: 'destination options' };

/** Bytes of the header that a transport has at least, where words can build one. */
const headerBytes: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 58: 8, 132: 12, 136: 8, 50: 8, 47: 4, 33: 20 };

function describeHeaders(packet: Dissection, length: number): readonly string[] {
  const { transport, fragment } = packet;
  const later = fragment !== undefined && fragment.offset > 0;
  const withPorts = !later && portProtocols.includes(packet.protocol) && transport.length >= 4;
  const end = (address: bigint, at: number): string => {
    const text = formatAddress(packet.family, address);
    return withPorts ? `${packet.family === 6 ? `[${text}]` : text}:${readU16(transport, at)}` : text;
  };
  const ah = packet.protocol === 59 && packet.extensions.includes(51);
  const words = [ah ? 'ah' : protocolName(packet.protocol), end(packet.source, 0), '>', end(packet.destination, 2), ...(later ? [] : transportWords(packet))];
  if (packet.ttl !== 64) words.push(`ttl ${packet.ttl}`);
  if (packet.tos !== 0) words.push(`tos 0x${packet.tos.toString(16).padStart(2, '0')}`);
  if (fragment !== undefined) words.push(`fragment ${fragment.offset}${fragment.more ? '+' : ''}`);
  return [...words, ...payloadWords(packet, later, length)];
}

function transportWords({ protocol, transport, family }: Dissection): readonly string[] {
  if (protocol === 6 && transport.length >= 14) {
    const flags = Object.entries(tcpFlags).filter(([, bit]) => ((transport[13] ?? 0) & bit) !== 0).map(([name]) => name);
    const options = transport.subarray(20, Math.max(20, dataOffset(transport)));
    const mss = options.length === 4 && readU16(options, 0) === 0x0204;
    return [flags.length === 0 ? 'none' : flags.join(','), ...(mss ? [`mss ${readU16(options, 2)}`] : options.length > 0 ? [`options ${toHex(options)}`] : [])];
  }
  if ((protocol === (family === 4 ? 1 : 58)) && transport.length >= 2) return [`type ${transport[0]}`, `code ${transport[1]}`];
  if (protocol === 50 && transport.length >= 4) return [`spi ${readU32(transport, 0)}`];
  return [];
}

const dataOffset = (transport: Uint8Array): number => ((transport[12] ?? 0) >> 4) * 4;

function payloadWords({ protocol, transport }: Dissection, later: boolean, length: number): readonly string[] {
  const header = later ? 0 : protocol === 6 && transport.length >= 20 ? Math.max(20, dataOffset(transport)) : headerBytes[protocol] ?? 0;
  if (transport.length < header) return [`length ${length}`];
  const payload = transport.subarray(header);
  if (payload.length === 0) return [];
  return payload.every((byte) => byte === 0) || payload.length > 64 ? [`length ${length}`] : [`payload ${toHex(payload)}`];
}

function transportRemarks(packet: Dissection): readonly string[] {
  const { transport, protocol } = packet;
  const offset = protocol === 6 && transport.length >= 20 && !packet.fragment?.offset ? dataOffset(transport) : 20;
  return [...(offset < 20 || offset > Math.max(20, transport.length) ? [`data offset ${offset / 4}`] : []), ...(hasWrongChecksum(packet) ? ['wrong checksum'] : [])];
}
