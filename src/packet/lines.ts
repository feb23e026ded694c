import { diagnose, type Diagnostic, type Result } from '../diagnostics/index.js';
import { ctStates, type PacketInput } from '../ir/index.js';
import { fromHex, toHex } from './bytes.js';
import { nearest } from '../diagnostics/index.js';
import { allOf, isInterfaceName, readTime } from './word-keys.js';

export interface LinesOptions {
  /** How diagnostics name the text. */
  readonly file?: string;
}

const keys = ['id', 'in_iface', 'out_of', 'hex', 'mark', 'eth', 'uid', 'gid', 'groups', 'time', 'pkttype', 'state', 'forward_out'] as const;
type Key = (typeof keys)[number];

/**
 * Reads packets from JSON lines: `{"id","in_iface","out_of":"wire"|"local","hex"}` with the optional keys of the contract. Empty lines
 * are skipped. The value holds the packets of the good lines; each bad line has its error.
 */
export function parsePacketLines(text: string, options: LinesOptions = {}): Result<readonly PacketInput[]> {
  const diagnostics: Diagnostic[] = [];
  const packets: PacketInput[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const packet = parseLine(line, index + 1, options.file ?? '-', diagnostics);
    if (packet !== undefined) packets.push(packet);
  }
  return { value: packets, diagnostics };
}

/** One packet as a JSON line, without its line end: what `parsePacketLines` reads back. */
export function formatPacketLine(input: PacketInput): string {
  return JSON.stringify({
    id: input.id, in_iface: input.inInterface, out_of: input.origin, hex: toHex(input.bytes), mark: input.mark, eth: input.ethernet && toHex(input.ethernet),
    uid: input.uid, gid: input.gid, groups: input.groups, time: input.time, pkttype: input.packetType, state: input.state, forward_out: input.forwardTo,
  } satisfies { readonly [K in Key]: unknown });
}

function parseLine(line: string, number: number, file: string, diagnostics: Diagnostic[]): PacketInput | undefined {
  let failed = false;
  const place = (key?: string) => {
    const at = key === undefined ? -1 : line.indexOf(JSON.stringify(key));
    return { file, line: number, column: at < 0 ? 1 : at + 1, endColumn: at < 0 || key === undefined ? line.length + 1 : at + 1 + JSON.stringify(key).length };
  };
  const fail = (problem: string, key?: string, hint?: string): undefined => {
    failed = true;
    diagnostics.push(diagnose('packet-line', { problem }, place(key), hint === undefined ? {} : { hint }));
    return undefined;
  };
  const fields = readObject(line);
  if (typeof fields === 'string') return fail(fields);
  for (const key of Object.keys(fields)) {
    // What a suite of `ferrule translate --witnesses` expects of the packet.
    if (key === 'expect' || keys.some((known) => known === key)) continue;
    const close = nearest(key, keys);
    diagnostics.push(diagnose('packet-line-key', { key }, place(key), close === undefined ? {} : { hint: `did you mean ${close}?` }));
  }
  const field = <T>(key: Key, wanted: string, read: (value: unknown) => T | undefined): T | undefined => {
    const value = fields[key];
    if (value === undefined || value === null) return undefined;
    return read(value) ?? fail(`${key} wants ${wanted}, not ${shorten(value)}`, key);
  };
  const id = field('id', 'a string or a number', (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined));
  const origin = field('out_of', '"wire" or "local"', (value) => (value === 'wire' || value === 'local' ? value : undefined)) ?? 'wire';
  const inInterface = field('in_iface', 'the name of an interface', readInterface);
  const bytes = field('hex', 'an IP packet in hex, beginning with its version', (value) => readHex(value, (packet) => packet.length <= 65575 && [4, 6].includes((packet[0] ?? 0) >> 4)));
  const mark = field('mark', 'a number of 32 bits', (value) => readUnsigned(value, 0xffff_ffff));
  const ethernet = field('eth', 'the 14 bytes of an Ethernet header in hex', (value) => readHex(value, (header) => header.length === 14));
  const uid = field('uid', 'a number', (value) => readUnsigned(value, 0xffff_fffe));
  const gid = field('gid', 'a number', (value) => readUnsigned(value, 0xffff_fffe));
  const groups = field('groups', 'a list of numbers', (value) => (Array.isArray(value) ? allOf(value.map((group) => readUnsigned(group, 0xffff_fffe))) : undefined));
  const time = field('time', 'seconds since 1970, or an ISO 8601 date and time', (value) => (typeof value === 'string' ? readTime(value) : typeof value === 'number' && value >= 0 ? value : undefined));
  const packetType = field('pkttype', 'unicast, broadcast or multicast', (value) => (['unicast', 'broadcast', 'multicast'] as const).find((type) => type === value));
  const state = field('state', `one of ${ctStates.join(', ')}`, (value) => ctStates.find((name) => name === value));
  const forwardTo = field('forward_out', 'the name of an interface', readInterface);
  if (bytes === undefined && !failed) fail('the packet has no hex', undefined, 'hex holds the IP packet');
  if (origin === 'local' && inInterface !== undefined) fail('a local packet comes in on no interface', 'in_iface', 'leave in_iface out, or set out_of to "wire"');
  if (origin === 'wire' && inInterface === undefined && !failed) fail('a packet from the wire needs in_iface', undefined, 'add "in_iface", or "out_of":"local"');
  const owner = origin === 'wire' ? (['uid', 'gid', 'groups'] as const).find((key) => fields[key] !== undefined && fields[key] !== null) : undefined;
  if (owner !== undefined) fail('only local packets have an owner', owner, 'set out_of to "local"');
  if (failed || bytes === undefined) return undefined;
  return {
    id: id ?? String(number), origin, ...(inInterface === undefined ? {} : { inInterface }), bytes, ...(mark === undefined ? {} : { mark }), ...(ethernet === undefined ? {} : { ethernet }),
    ...(packetType === undefined ? {} : { packetType }), ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), ...(groups === undefined ? {} : { groups }), ...(time === undefined ? {} : { time }),
    ...(state === undefined ? {} : { state }), ...(forwardTo === undefined ? {} : { forwardTo }),
  };
}

/** The object of a line, or what is wrong with it. */
function readObject(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : 'a packet is a JSON object';
  } catch (error) {
    return `this line is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}`;
  }
}

const readInterface = (value: unknown): string | undefined => (typeof value === 'string' && isInterfaceName(value) ? value : undefined);

function readHex(value: unknown, accept: (bytes: Uint8Array) => boolean): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  return bytes !== undefined && accept(bytes) ? bytes : undefined;
}

function readUnsigned(value: unknown, max: number): number | undefined {
  const number = typeof value === 'string' && /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max ? number : undefined;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
