import { diagnose, type Code, type catalogue, type Diagnostic, type Parameters, type Result } from '../diagnostics/index.js';
import type { Family, Socket, Source, Topology, TopologyInterface } from '../ir/index.js';
import { formatAddress, parseMac, parsePrefix } from './address.js';
import { nearest } from '../diagnostics/index.js';
import { isRouteFault, parseRoute, type Route } from './routes.js';
import { isSocketFault, parseSocket } from './sockets.js';
import { isInterfaceName } from './word-keys.js';
import { isYamlProblem, readYaml, type YamlEntry, type YamlNode } from './yaml.js';

export interface TopologyOptions {
  /** How diagnostics name the text. */
  readonly file?: string;
}

type Report = <C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, source: Source, hint?: string) => undefined;

/** Reads and checks a topology, JSON or YAML. Undefined when there is an error. */
export function parseTopology(text: string, options: TopologyOptions = {}): Result<Topology | undefined> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (code, parameters, source, hint) => {
    diagnostics.push(diagnose(code, parameters, { file: options.file ?? '-', ...source }, hint === undefined ? {} : { hint }));
    return undefined;
  };
  const node = readYaml(text);
  if (isYamlProblem(node)) {
    report('topology-syntax', { problem: node.problem }, node.source, node.hint);
    return { value: undefined, diagnostics };
  }
  const topology = readTopology(node, report);
  return { value: diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? undefined : topology, diagnostics };
}

function readTopology(node: YamlNode, report: Report): Topology | undefined {
  const entries = mappingOf(node, 'the topology', ['ifaces', 'local', 'routes', 'routes6', 'sockets'], report);
  if (entries === undefined) return undefined;
  const list = entries.get('ifaces');
  const nodes = list === undefined ? report('topology-missing', { where: 'the topology', key: 'ifaces' }, node.source) : sequenceOf(list.value, 'ifaces', 'a list of interfaces', report);
  if (nodes === undefined) return undefined;
  if (nodes.length === 0 && list !== undefined) report('topology-value', { where: 'ifaces', wanted: 'at least one interface', text: 'none' }, list.value.source);
  const ifaces: TopologyInterface[] = [];
  for (const one of nodes) {
    const iface = readInterface(one, report);
    if (iface === undefined) continue;
    if (ifaces.some((other) => other.name === iface.name)) report('topology-repeated', { what: `the interface ${iface.name}` }, one.source);
    ifaces.push(iface);
  }
  for (const [index, { bridge }] of ifaces.entries()) if (bridge !== undefined) checkBridge(bridge, ifaces, nodes[index]?.source ?? node.source, report);
  const local = textsOf(entries.get('local'), report, (text) => parsePrefix(text)?.length === (text.includes(':') ? 128 : 32), 'addresses without prefix');
  const routes = readRoutes(entries.get('routes'), 4, ifaces, report);
  const routes6 = readRoutes(entries.get('routes6'), 6, ifaces, report);
  const sockets = readSockets(entries.get('sockets'), report);
  return { ifaces, ...(local && { local: local.map(([text]) => text) }), ...(routes && { routes }), ...(routes6 && { routes6 }), ...(sockets && { sockets }) };
}

function readSockets(entry: YamlEntry | undefined, report: Report): readonly Socket[] | undefined {
  return textsOf(entry, report, () => true, 'sockets such as `tcp 10.0.0.1:80`')?.flatMap(([text, source]) => {
    const socket = parseSocket(text);
    if (!isSocketFault(socket)) return [socket];
    report('topology-value', { where: 'a socket', wanted: socket.wanted, text }, source, 'for example `tcp 10.0.0.1:80 transparent`, `udp [2001:db8::1]:53`');
    return [];
  });
}

function readInterface(node: YamlNode, report: Report): TopologyInterface | undefined {
  const entries = mappingOf(node, 'an interface', ['name', 'addr', 'mac', 'mtu', 'group', 'bridge'], report);
  if (entries === undefined) return undefined;
  const name = entries.get('name');
  if (name === undefined) return report('topology-missing', { where: 'an interface', key: 'name' }, node.source);
  const nameText = scalarOf(name, (text) => isInterfaceName(text), 'the name of an interface, 1 to 15 bytes', report);
  const addr = textsOf(entries.get('addr'), report, (text) => text.includes('/') && parsePrefix(text) !== undefined, 'addresses with their prefix, such as 10.0.0.1/24') ?? [];
  const mac = entries.get('mac');
  const macText = mac && scalarOf(mac, (text) => parseMac(text) !== undefined, 'a MAC such as 02:00:00:00:00:01', report);
  const mtu = entries.get('mtu');
  const mtuText = mtu && scalarOf(mtu, (text) => /^\d{2,5}$/.test(text) && Number(text) >= 68 && Number(text) <= 65536, 'a number from 68 to 65536', report);
  const group = entries.get('group');
  const groupText = group && scalarOf(group, (text) => /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff, 'a number up to 4294967295', report);
  const bridge = entries.get('bridge');
  const bridgeText = bridge && scalarOf(bridge, (text) => isInterfaceName(text), 'the name of the interface that is the bridge', report);
  if (nameText === undefined) return undefined;
  return { name: nameText, addr: addr.map(([text]) => text), ...(macText === undefined ? {} : { mac: macText.toLowerCase() }), ...(mtuText === undefined ? {} : { mtu: Number(mtuText) }), ...(groupText === undefined ? {} : { group: Number(groupText) }), ...(bridgeText === undefined ? {} : { bridge: bridgeText }) };
}

/** A bridge is an interface that is no port itself. */
function checkBridge(bridge: string, ifaces: readonly TopologyInterface[], source: Source, report: Report): void {
  const found = ifaces.find(({ name }) => name === bridge);
  const close = nearest(bridge, ifaces.map(({ name }) => name));
  if (found === undefined) report('topology-interface', { name: bridge }, source, close === undefined ? undefined : `did you mean ${close}?`);
  else if (found.bridge !== undefined) report('topology-value', { where: 'bridge', wanted: 'an interface that is no port of a bridge', text: bridge }, source);
}

function readRoutes(entry: YamlEntry | undefined, family: Family, ifaces: readonly TopologyInterface[], report: Report): readonly string[] | undefined {
  const texts = textsOf(entry, report, () => true, 'routes such as `default dev eth2`');
  for (const [text, source] of texts ?? []) {
    const route = parseRoute(text, family);
    if (isRouteFault(route)) report('topology-value', { where: 'a route', wanted: route.wanted, text }, source, 'for example `10.9.0.0/16 via 10.0.1.7 dev eth1`');
    else checkRoute(route, ifaces, source, report);
  }
  return texts?.map(([text]) => text.trim().replace(/\s+/g, ' '));
}

function checkRoute(route: Route, ifaces: readonly TopologyInterface[], source: Source, report: Report): void {
  const { dev, via, family } = route;
  if (dev !== undefined && !ifaces.some((iface) => iface.name === dev) && dev !== 'lo') {
    const close = nearest(dev, ifaces.map((iface) => iface.name));
    return report('topology-interface', { name: dev }, source, close === undefined ? undefined : `did you mean ${close}?`);
  }
  if (via === undefined) return;
  const holds = (iface: TopologyInterface): boolean => iface.addr.some((addr) => {
    const prefix = parsePrefix(addr);
    const shift = BigInt(prefix === undefined ? 0 : (family === 4 ? 32 : 128) - prefix.length);
    return prefix?.family === family && prefix.address >> shift === via >> shift;
  });
  // An IPv6 gateway is often a link-local address, which needs no network but its interface.
  const linkLocal = family === 6 && via >> 118n === 0x3fan && dev !== undefined;
  if (linkLocal || ifaces.some((iface) => (dev === undefined || iface.name === dev) && holds(iface))) return;
  report('topology-gateway', { gateway: formatAddress(family, via), where: dev ?? 'the interfaces' }, source);
}

function mappingOf(node: YamlNode, where: string, keys: readonly string[], report: Report): ReadonlyMap<string, YamlEntry> | undefined {
  if (node.kind !== 'mapping') return report('topology-value', { where, wanted: `a mapping with ${keys.join(', ')}`, text: sort(node) }, node.source);
  for (const entry of node.entries) {
    if (keys.includes(entry.key)) continue;
    const close = nearest(entry.key, keys);
    report('topology-key', { key: entry.key, where }, entry.keySource, close === undefined ? `keys are ${keys.join(', ')}` : `did you mean ${close}?`);
  }
  return new Map(node.entries.map((entry) => [entry.key, entry]));
}

function sequenceOf(node: YamlNode, where: string, wanted: string, report: Report): readonly YamlNode[] | undefined {
  return node.kind === 'sequence' ? node.items : report('topology-value', { where, wanted, text: sort(node) }, node.source);
}

/** The texts of a list of scalars, each with its place. */
function textsOf(entry: YamlEntry | undefined, report: Report, accept: (text: string) => boolean, wanted: string): readonly (readonly [string, Source])[] | undefined {
  if (entry === undefined) return undefined;
  return sequenceOf(entry.value, entry.key, `a list of ${wanted}`, report)?.flatMap((node) => {
    if (node.kind === 'scalar' && accept(node.text)) return [[node.text, node.source] as const];
    report('topology-value', { where: entry.key, wanted, text: node.kind === 'scalar' ? node.text || 'nothing' : sort(node) }, node.source);
    return [];
  });
}

function scalarOf(entry: YamlEntry, accept: (text: string) => boolean, wanted: string, report: Report): string | undefined {
  const { value } = entry;
  if (value.kind === 'scalar' && accept(value.text)) return value.text;
  return report('topology-value', { where: entry.key, wanted, text: value.kind === 'scalar' ? value.text || 'nothing' : sort(value) }, value.source);
}

const sort = (node: YamlNode): string => ({ scalar: 'a single value', sequence: 'a list', mapping: 'a mapping' })[node.kind];
