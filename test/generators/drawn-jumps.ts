import { rejectTypes, type Hook, type Jump, type JumpKind, type NatRange, type RejectType } from '../../src/ir/index.js';
import { formatAddress } from '../../src/packet/index.js';
import { hex, nowhere, type Drawn } from './draft.js';
import { drawMasked } from './drawn-state.js';
import type { Drawing } from './language.js';
import { hosts, ports, prefixes } from './pool.js';

export type DrawJump = (drawing: Drawing, protocol: number | undefined) => Drawn<Jump>;

export const accept: Drawn<Jump> = { node: { kind: 'accept', source: nowhere }, name: 'ACCEPT', words: '' };
export const drop: Drawn<Jump> = { node: { kind: 'drop', source: nowhere }, name: 'DROP', words: '' };
export const back: Drawn<Jump> = { node: { kind: 'return', source: nowhere }, name: 'RETURN', words: '' };

const reject: DrawJump = ({ random, family }, protocol) => {
  const kinds: readonly RejectType[] = rejectTypes[family];
  const choice = random.pick(kinds.filter((kind) => kind !== 'tcp-reset' || protocol === 6));
  return { node: { kind: 'reject', source: nowhere, with: choice }, name: 'REJECT', words: ` --reject-with ${choice}` };
};

const log: DrawJump = ({ random }) => {
  const prefix = random.pick(['ferrule', 'two words ', 'q"uote $x']);
  const level = random.pick([4, 6, 7]);
  const words = /^[A-Za-z0-9_-]+$/.test(prefix) ? prefix : `"${prefix.replace(/["\\']/g, '\\$&')}"`;
  return { node: { kind: 'log', source: nowhere, prefix, level }, name: 'LOG', words: ` --log-prefix ${words}${level === 4 ? '' : ` --log-level ${level}`}` };
};

const nflog: DrawJump = ({ random }) => {
  const group = random.pick([7, 11]);
  return { node: { kind: 'nflog', source: nowhere, prefix: 'seen', group }, name: 'NFLOG', words: ` --nflog-prefix seen --nflog-group ${group}` };
};

const mark: DrawJump = (drawing) => {
  const xmark = drawMasked(drawing);
  return { node: { kind: 'mark', source: nowhere, xmark }, name: 'MARK', words: ` --set-xmark ${hex(xmark.value)}/${hex(xmark.mask)}` };
};

const connmark: DrawJump = (drawing) => {
  const { random } = drawing;
  const kind = random.pick(['set', 'save', 'restore'] as const);
  if (kind === 'set') {
    const xmark = drawMasked(drawing);
    return { node: { kind: 'connmark', source: nowhere, operation: { kind, xmark } }, name: 'CONNMARK', words: ` --set-xmark ${hex(xmark.value)}/${hex(xmark.mask)}` };
  }
  // nft can say only whole-mark copies, so these are the common case.
  const [packetMask, connectionMask] = random.pick([[0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff], [0xff, 0xff]] as const);
  return { node: { kind: 'connmark', source: nowhere, operation: { kind, packetMask, connectionMask } }, name: 'CONNMARK', words: ` --${kind}-mark --nfmask ${hex(packetMask)} --ctmask ${hex(connectionMask)}` };
};

const dscp: DrawJump = ({ random }) => {
  const value = random.pick([0, 10, 46]);
  return { node: { kind: 'dscp', source: nowhere, dscp: value }, name: 'DSCP', words: ` --set-dscp ${hex(value, 2)}` };
};

const tos: DrawJump = ({ random }) => {
  const value = random.pick([{ value: 0x10, mask: 0x3f }, { value: 0x28, mask: 0xff }, { value: 0x03, mask: 0x00 }]);
  return { node: { kind: 'tos', source: nowhere, tos: value }, name: 'TOS', words: ` --set-tos ${hex(value.value, 2)}/${hex(value.mask, 2)}` };
};

const hops: DrawJump = ({ random, family }) => {
  const kind = family === 4 ? 'ttl' : 'hl';
  const operation = random.pick(['set', 'inc', 'dec'] as const);
  const value = operation === 'set' ? random.pick([1, 64, 255]) : random.pick([1, 5, 200]);
  return { node: { kind, source: nowhere, operation, value }, name: kind.toUpperCase(), words: ` --${kind}-${operation} ${value}` };
};

/** IPv4 alone; the TCP bits want `-p tcp`. */
const ecn: DrawJump = (drawing, protocol) => {
  const { random, family } = drawing;
  if (family === 6) return tos(drawing, protocol);
  const ipEct = random.pick([0, 1, 2, 3]);
  const tcp = random.pick([{ tcpEce: 0, tcpCwr: 0 }, { tcpEce: 1 }, { tcpCwr: 1 }, { tcpEce: 1, tcpCwr: 0 }] as const);
  if (protocol !== 6) return { node: { kind: 'ecn', source: nowhere, ipEct }, name: 'ECN', words: ` --ecn-ip-ect ${ipEct}` };
  const words = [...('tcpEce' in tcp ? [` --ecn-tcp-ece ${tcp.tcpEce}`] : []), ...('tcpCwr' in tcp ? [` --ecn-tcp-cwr ${tcp.tcpCwr}`] : [])].join('');
  return { node: { kind: 'ecn', source: nowhere, ...tcp }, name: 'ECN', words: 'tcpCwr' in tcp && tcp.tcpCwr === 0 && !('tcpEce' in tcp && tcp.tcpEce === 1) ? ' --ecn-tcp-remove' : words };
};

const tcpoptstrip: DrawJump = (drawing, protocol) => {
  const options = drawing.random.pick([[2], [3, 4], [8], [2, 8, 254]]);
  if (protocol !== 6) return dscp(drawing, protocol);
  return { node: { kind: 'tcpoptstrip', source: nowhere, options }, name: 'TCPOPTSTRIP', words: ` --strip-options ${options.join(',')}` };
};

const audit: DrawJump = ({ random }) => {
  const type = random.pick(['accept', 'drop', 'reject'] as const);
  return { node: { kind: 'audit', source: nowhere, type }, name: 'AUDIT', words: ` --type ${type}` };
};

const four = (value: number): string => value.toString(16).padStart(4, '0');

const classify: DrawJump = ({ random }) => {
  const [major, minor] = random.pick([[1, 0xffff], [0, 0], [0x10, 2]] as const);
  return { node: { kind: 'classify', source: nowhere, major, minor }, name: 'CLASSIFY', words: ` --set-class ${four(major)}:${four(minor)}` };
};

const trace: DrawJump = () => ({ node: { kind: 'trace', source: nowhere }, name: 'TRACE', words: '' });

const connsecmark: DrawJump = ({ random }) => {
  const operation = random.pick(['save', 'restore'] as const);
  return { node: { kind: 'connsecmark', source: nowhere, operation }, name: 'CONNSECMARK', words: ` --${operation}` };
};

const hmark: DrawJump = ({ random }) => {
  const prefix = random.pick([8, 24, 32]);
  const modulus = random.pick([2, 42, 100000]);
  const connection = random.chance(0.3) ? ({ connection: true } as const) : {};
  const node = { kind: 'hmark', source: nowhere, sourcePrefix: prefix, destinationPrefix: prefix, sourcePortMask: 0xffff, protocolMask: 0xff, random: 7, modulus, ...connection } as const;
  return { node, name: 'HMARK', words: ` --hmark-src-prefix ${prefix} --hmark-dst-prefix ${prefix} --hmark-sport-mask 0xffff --hmark-proto-mask 0xff --hmark-rnd 0x00000007 --hmark-mod ${modulus}${connection.connection === true ? ' --hmark-tuple ct' : ''}` };
};

const notrack: DrawJump = () => ({ node: { kind: 'notrack', source: nowhere }, name: 'NOTRACK', words: '' });

const ct: DrawJump = () => ({ node: { kind: 'ct', source: nowhere, notrack: true }, name: 'CT', words: ' --notrack' });

const natWords = (drawing: Drawing, range: NatRange): string => {
  const address = range.addresses === undefined ? '' : formatAddress(drawing.family, range.addresses.min);
  const bracketed = drawing.family === 6 && range.ports !== undefined && address !== '' ? `[${address}]` : address;
  return bracketed + (range.ports === undefined ? '' : `:${range.ports.min === range.ports.max ? range.ports.min : `${range.ports.min}-${range.ports.max}`}`);
};

const hasPorts = (protocol: number | undefined): boolean => protocol === 6 || protocol === 17 || protocol === 132;

// Only mappings that the kernel does not choose by chance: one address, and for source ports one port.
const snat: DrawJump = (drawing, protocol) => {
  const { random, family } = drawing;
  const address = random.pick(hosts[family]);
  const port = random.pick(ports.filter((one) => one > 0));
  const to: NatRange = { addresses: { min: address, max: address }, ...(hasPorts(protocol) && random.chance(0.3) ? { ports: { min: port, max: port } } : {}) };
  return { node: { kind: 'snat', source: nowhere, to }, name: 'SNAT', words: ` --to-source ${natWords(drawing, to)}` };
};

const dnat: DrawJump = (drawing, protocol) => {
  const { random, family } = drawing;
  const address = random.pick(hosts[family]);
  const port = random.pick([80, 8080, 22]);
  const to: NatRange = { addresses: { min: address, max: address }, ...(hasPorts(protocol) && random.chance(0.4) ? { ports: { min: port, max: port + random.pick([0, 0, 5]) } } : {}) };
  return { node: { kind: 'dnat', source: nowhere, to }, name: 'DNAT', words: ` --to-destination ${natWords(drawing, to)}` };
};

const masquerade: DrawJump = () => ({ node: { kind: 'masquerade', source: nowhere }, name: 'MASQUERADE', words: '' });

const redirect: DrawJump = ({ random }, protocol) => {
  const port = random.pick([22, 8080]);
  const ports = hasPorts(protocol) && random.chance(0.7) ? { min: port, max: port } : undefined;
  return { node: { kind: 'redirect', source: nowhere, ...(ports && { ports }) }, name: 'REDIRECT', words: ports ? ` --to-ports ${port}` : '' };
};

const netmap: DrawJump = ({ family }) => {
  const [to, length] = family === 4 ? [prefixes[4][4], 24] : [prefixes[6][4], 64];
  if (to === undefined) throw new Error('no prefix');
  return { node: { kind: 'netmap', source: nowhere, to }, name: 'NETMAP', words: ` --to ${formatAddress(family, to.address)}/${length}` };
};

export const jumps = { reject, log, nflog, mark, connmark, dscp, tos, ttl: hops, hl: hops, ecn, tcpoptstrip, audit, classify, trace, connsecmark, hmark, notrack, ct, snat, dnat, masquerade, redirect, netmap } as const satisfies { readonly [K in JumpKind]?: DrawJump };

/** Jump extensions that may stand in this table under all these hooks. */
export function placeableJumps(drawing: Drawing): readonly DrawJump[] {
  const { table, hooks, language } = drawing;
  const only = (...allowed: readonly Hook[]): boolean => hooks.every((hook) => allowed.includes(hook));
  return [
    ...(language.reject && table === 'filter' ? [reject, reject] : []),
    ...(language.log ? [log, nflog] : []),
    ...(language.rewrites ? [mark, mark] : []),
    ...(language.rewrites && table === 'mangle' ? [dscp, tos, hops, ecn, ...(language.unseen ? [tcpoptstrip] : [])] : []),
    ...(language.unseen && language.rewrites && table === 'mangle' && only('FORWARD', 'OUTPUT', 'POSTROUTING') ? [classify] : []),
    ...(language.rewrites ? [audit] : []),
    ...(language.hash ? [hmark, hmark] : []),
    ...(language.rewrites && table === 'raw' ? [trace] : []),
    ...(language.unseen && language.tracking && table === 'mangle' ? [connsecmark] : []),
    ...(language.tracking && table !== 'raw' ? [connmark] : []),
    ...(language.tracking && table === 'raw' ? [notrack, notrack, ct] : []),
    ...(table !== 'nat' ? [] : [
      ...(only('POSTROUTING', 'INPUT') ? [snat, snat] : []), ...(only('POSTROUTING') ? [masquerade, masquerade] : []),
      ...(only('PREROUTING', 'OUTPUT') ? [dnat, dnat, dnat, redirect] : []), netmap,
    ]),
  ];
}

/** TCPMSS, for rules whose tcp match wants SYN; clamping only where a route out is known. */
export function drawTcpmss({ random, hooks }: Drawing): Drawn<Jump> {
  const clamp = hooks.every((hook) => hook === 'FORWARD' || hook === 'OUTPUT' || hook === 'POSTROUTING') && random.chance(0.5);
  const mss = clamp ? 'clamp-to-pmtu' : random.pick([536, 1200]);
  return { node: { kind: 'tcpmss', source: nowhere, mss }, name: 'TCPMSS', words: clamp ? ' --clamp-mss-to-pmtu' : ` --set-mss ${mss}` };
}
