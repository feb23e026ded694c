import { unreachable, type Hook, type RejectType, type TableName, type Unknown } from '../ir/index.js';
import { isMulticast } from './address.js';
import { answersWithError4, icmpError4 } from './answer/icmp4.js';
import { answersWithError6, icmpError6 } from './answer/icmp6.js';
import { rejectCodes, soundForReject } from './answer/reject.js';
import { tcpReset, withPseudoSum } from './answer/reset.js';
import { destinationOf, read16, read32, read8, sourceOf } from './bytes.js';
import { foundRight } from './conntrack/first.js';
import type { RuleEngine, TableVerdict } from './engine.js';
import { gather } from './fragments.js';
import { applyNat, applyNatToError, isIcmpError, isSettled, settle } from './nat/apply.js';
import { sideAt, wantedMapping, type NatJump } from './nat/mapping.js';
import type { Way } from './network.js';
import { echoOptions4, finishOptions4 } from './options4.js';
import { millisecondsOf, traveller, turned, type End, type Journey, type Traveller } from './traveller.js';
import { decrementTtl, ttlOf } from './write.js';

type Station = TableName | 'reassembly' | 'conntrack';

/**
 * What runs at each hook, in this order (measured; the order of tables in the file has no effect). Chains of nft may stand at any hook
 * in the place of any table.
 */
const stations: { readonly [H in Hook]: readonly Station[] } = {
  PREROUTING: ['reassembly', 'raw', 'conntrack', 'mangle', 'nat', 'filter', 'security'],
  INPUT: ['raw', 'mangle', 'filter', 'security', 'nat'],
  FORWARD: ['raw', 'mangle', 'filter', 'security'],
  OUTPUT: ['reassembly', 'raw', 'conntrack', 'mangle', 'nat', 'filter', 'security'],
  POSTROUTING: ['raw', 'mangle', 'filter', 'security', 'nat'],
};

/** Takes a packet through a hook; the end, if it ended there. */
export function passHook(journey: Journey, packet: Traveller, hook: Hook): End | undefined {
  const { engine } = journey;
  if (engine === undefined) return undefined;
  packet.hook = hook;
  for (const station of stations[hook]) {
    if (station === 'reassembly') {
      if (packet.tracked || packet.connection !== undefined || !(engine.tracking || engine.defragmentation === true)) continue;
      const gathered = gather(packet.bytes, packet.family);
      if (gathered.kind === 'held') return { verdict: 'held', stage: hook };
      packet.bytes = gathered.bytes;
    } else if (station === 'conntrack') {
      if (engine.tracking) track(journey, packet, hook);
    } else if (engine.tables.includes(station)) {
      const before = hook === 'OUTPUT' && station === 'mangle' ? routingKey(packet) : undefined;
      const end = station === 'nat' ? passNat(journey, engine, packet, hook) : conclude(journey, packet, hook, engine.run(station, hook, packet, journey.host));
      if (end !== undefined) return end;
      if (before !== undefined && before !== routingKey(packet) && !reroute(journey, packet)) return { verdict: 'drop', stage: hook };
    }
  }
  if ((hook === 'INPUT' || hook === 'POSTROUTING') && packet.state === 'NEW' && packet.connection !== undefined && packet.tracked) journey.connections.confirm(packet.connection);
  return undefined;
}

/** What mangle OUTPUT may change so that the packet is routed anew. */
function routingKey({ family, bytes, mark }: Traveller): string {
  const [source, destination] = [sourceOf(bytes, family), destinationOf(bytes, family)];
  return `${mark} ${source} ${destination} ${family === 4 ? read8(bytes, 1) : `${read32(bytes, 0)} ${read8(bytes, 7)}`}`;
}

/** False where there is no way any more. Later OUTPUT tables still see the first interface. */
function reroute(journey: Journey, packet: Traveller): boolean {
  const { family, bytes } = packet;
  const way = journey.network.wayAgain(family, sourceOf(bytes, family), destinationOf(bytes, family));
  if (way === undefined) return false;
  packet.way = way;
  packet.cast = way.cast;
  return true;
}

function track(journey: Journey, packet: Traveller, hook: Hook): void {
  if (packet.tracked) return;
  packet.tracked = true;
  const attached = packet.reply || packet.answer === true;
  if (packet.connection !== undefined && !attached) delete packet.connection;
  if (attached && packet.connection !== undefined) return;
  if (packet.notrack) {
    packet.state = 'UNTRACKED';
    return;
  }
  packet.foundRight = hook === 'PREROUTING' && foundRight(packet.bytes, packet.family);
  const told = journey.input.state;
  const { state, connection, reply } = told === undefined || packet.socket === 'kernel' ? journey.connections.track(packet.bytes, packet.family, hook) : journey.connections.pretend(packet.bytes, packet.family, told);
  packet.state = state;
  packet.reply = reply === true;
  if (connection !== undefined) packet.connection = reply === true ? turned(connection) : connection;
}

/** The nat table sees the first packet of a connection only; then the connection's translation is applied. */
function passNat(journey: Journey, engine: RuleEngine, packet: Traveller, hook: Hook): End | undefined {
  const { connection } = packet;
  if (connection === undefined) return undefined;
  const drop: End = { verdict: 'drop', stage: hook };
  if (packet.state === 'RELATED' && isIcmpError(packet.bytes, packet.family)) return applyNatToError(packet, connection, hook, packet.reply) ? undefined : drop;
  const side = sideAt(hook);
  if ((packet.state === 'NEW' || packet.state === 'RELATED') && !isSettled(connection, side)) {
    const verdict = engine.run('nat', hook, packet, journey.host);
    if (verdict.kind === 'translate') {
      const wanted = wantedMapping(verdict.nat, hook, packet, journey.network);
      if (wanted.kind === 'drop') return journey.network.described ? drop : undescribed(journey, verdict.nat, hook);
      settle(connection, packet.family, side, wanted.kind === 'map' ? wanted.mapping : undefined);
    } else {
      const end = conclude(journey, packet, hook, verdict);
      if (end !== undefined) return end;
      settle(connection, packet.family, side, undefined);
    }
  }
  return applyNat(packet, connection, hook, packet.reply) ? undefined : drop;
}

/** A translation wants an address of a host that nobody described. */
function undescribed(journey: Journey, nat: NatJump, hook: Hook): End {
  const { chain = hook, rule = 0 } = journey.path.at(-1) ?? {};
  const unknown: Unknown = { family: journey.family, table: 'nat', chain, rule, extension: nat.kind, reason: 'which takes the address of an interface: describe the host with a topology', source: nat.source };
  return { verdict: 'unknown', stage: hook, unknown };
}

function conclude(journey: Journey, packet: Traveller, hook: Hook, verdict: TableVerdict): End | undefined {
  switch (verdict.kind) {
    case 'accept':
      return undefined;
    case 'drop':
      return { verdict: 'drop', stage: hook };
    case 'reject': {
      const verdictOf = reject(journey, packet, verdict.with) ? 'reject' : 'drop';
      return journey.lostAnswer ?? { verdict: verdictOf, stage: hook };
    }
    case 'translate':
      // Only nat chains translate, and those are asked elsewhere.
      return undefined;
    case 'unknown':
      return { verdict: 'unknown', stage: hook, unknown: verdict.unknown };
    default:
      return unreachable(verdict);
  }
}

/** Answers a rejected packet. False when nothing is sent: the packet is dropped all the same. */
function reject(journey: Journey, packet: Traveller, kind: RejectType): boolean {
  if (kind === 'tcp-reset') {
    if (packet.family === 4 && packet.cast !== 'unicast') return false;
    const reset = tcpReset(packet.bytes, packet.family, packet.foundRight && packet.hook === 'INPUT');
    return reset !== undefined && sendAnswer(journey, packet, reset, undefined);
  }
  if (!packet.unfinished && !packet.foundRight && !soundForReject(packet.bytes, packet.family)) return false;
  const [type, code] = rejectCodes[kind];
  return sendError(journey, packet, type, code);
}

/** Sends an ICMP error about a packet, unless the host keeps silent about such packets. */
export function sendError(journey: Journey, packet: Traveller, type: number, code: number, rest = 0): boolean {
  const { bytes, family } = packet;
  if (journey.answering || packet.packetType !== 'unicast') return false;
  if (family === 4 && (packet.cast !== 'unicast' || !answersWithError4(bytes))) return false;
  if (family === 6 && !answersWithError6(bytes, type === 2 || (type === 4 && code === 2 && read8(bytes, rest) >>> 6 === 2))) return false;
  const to = sourceOf(bytes, family);
  const source = journey.network.answerSource(family, to, destinationOf(bytes, family), packet.inInterface);
  if (source === undefined || (family === 6 && journey.network.isAnycast(6, to))) return false;
  const options = packet.options === undefined ? new Uint8Array() : echoOptions4(bytes, packet.options, source, millisecondsOf(packet.time));
  if (options === undefined) return false;
  journey.answering = true;
  const sent = sendAnswer(journey, packet, family === 4 ? icmpError4(packet.unfinished ? withPseudoSum(bytes) : bytes, source, type, code, rest, options) : icmpError6(bytes, source, type, code, rest), 'kernel');
  journey.answering = false;
  return sent;
}

/** An answer goes its own way through OUTPUT and POSTROUTING. False when the host has no way to where it should go. */
function sendAnswer(journey: Journey, about: Traveller, bytes: Uint8Array, socket: 'kernel' | undefined): boolean {
  const { family } = about;
  const way = journey.network.wayTo(family, destinationOf(bytes, family), about.inInterface);
  if (way === undefined) return false;
  const attached = about.connection !== undefined && about.tracked;
  const answer = traveller(journey, bytes, {
    mark: 0,
    outInterface: way.device,
    packetType: 'unicast',
    cast: way.cast,
    state: attached ? 'RELATED' : 'INVALID',
    // An answer to an answer goes the way of the first packet.
    reply: attached && !about.reply,
    ...(attached ? { answer: true } : {}),
    unfinished: family === 4 && socket === undefined,
    ...(attached && about.connection ? { connection: turned(about.connection) } : {}),
    ...(about.state === 'UNTRACKED' ? { halfAttached: true } : {}),
    ...(socket === undefined ? {} : { socket }),
  });
  const end = leave(journey, answer, way);
  if (end === undefined) journey.replies.push(answer.bytes);
  else if (end.verdict === 'unknown') journey.lostAnswer = end;
  return true;
}

/** OUTPUT and POSTROUTING of a packet that this host sends. */
export function leave(journey: Journey, packet: Traveller, way: Way): End | undefined {
  const destination = destinationOf(packet.bytes, packet.family);
  packet.outInterface = way.device;
  packet.way = way;
  const end = passHook(journey, packet, 'OUTPUT');
  if (end !== undefined) return end;
  const { family, bytes } = packet;
  // A translated destination is routed anew; later OUTPUT tables have still seen the first interface.
  if (destinationOf(bytes, family) !== destination && !reroute(journey, packet)) return { verdict: 'drop', stage: 'OUTPUT' };
  const last = packet.way ?? way;
  packet.outInterface = last.device;
  // The host's own copy of an IPv4 broadcast, or of a group it is in, goes through POSTROUTING first.
  if (family === 4 && last.device !== 'lo' && (last.cast === 'broadcast' || (last.cast === 'multicast' && destinationOf(bytes, 4) === allHosts))) {
    const { mark, packetType, cast, state, reply, answer, connection, socket, uid, gid, groups } = packet;
    const copy = traveller(journey, bytes.slice(), {
      mark, packetType, cast, state, reply, outInterface: last.device, ...(answer && { answer }),
      ...(connection && { connection }), ...(socket && { socket }), ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }), ...(groups && { groups }),
    });
    copy.tracked = packet.tracked;
    passHook(journey, copy, 'POSTROUTING');
  }
  return passHook(journey, packet, 'POSTROUTING');
}

/** 224.0.0.1. */
const allHosts = 0xe0000001n;

/** Over a bridge that hands what it carries to the IP tables, out by the first of its other ports: what switches learn is not followed. Nothing is routed. */
export function cross(journey: Journey, packet: Traveller, bridge: { readonly name: string; readonly others: readonly string[] }): End | undefined {
  const [out] = bridge.others;
  if (out === undefined || packet.ports === undefined) return { verdict: 'lost', stage: 'PREROUTING' };
  packet.outInterface = bridge.name;
  packet.ports = { ...packet.ports, out };
  return passHook(journey, packet, 'FORWARD') ?? passHook(journey, packet, 'POSTROUTING');
}

/** Reassembly, routing, TTL and size: the way of a forwarded packet from PREROUTING on. */
export function forward(journey: Journey, packet: Traveller, way: Way): End | undefined {
  const lost: End = { verdict: 'lost', stage: 'PREROUTING' };
  const { family, bytes } = packet;
  if (packet.packetType !== 'unicast' || packet.attached !== undefined) return lost;
  if (ttlOf(packet) <= 1) {
    sendError(journey, packet, family === 4 ? 11 : 3, 0);
    return lost;
  }
  if (family === 6 && packet.inInterface !== way.device) {
    const source = sourceOf(bytes, 6);
    if (source === 0n || isMulticast(6, source)) return lost;
    if (source >> 118n === 0x3fan) {
      sendError(journey, packet, 1, 2);
      return lost;
    }
  }
  const mtu = family === 6 ? Math.max(way.mtu, 1280) : way.mtu;
  if (bytes.length > mtu && (family === 6 || (read16(bytes, 6) & 0x4000) !== 0)) {
    if (family === 4) sendError(journey, packet, 3, 4, mtu);
    else sendError(journey, packet, 2, 0, mtu);
    return lost;
  }
  decrementTtl(packet);
  packet.outInterface = way.device;
  const end = passHook(journey, packet, 'FORWARD');
  if (end !== undefined) return end;
  if (packet.options !== undefined) finishOptions4(packet.bytes, packet.options, journey.network.sourceTo(4, destinationOf(packet.bytes, 4)) ?? 0n);
  return passHook(journey, packet, 'POSTROUTING');
}
