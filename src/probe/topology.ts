import { addressBits, prefixLength, type AddressMask, type Family, type InterfacePattern, type Program, type Rule, type Test, type Topology } from '../ir/index.js';
import { formatAddress } from '../packet/index.js';

/** What the rules of a program say about the host they are for. */
interface Mentioned {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly InterfacePattern[];
  /** Networks that rules place behind an interface. */
  readonly behind: ReadonlyMap<string, readonly Network[]>;
  /** Addresses to which INPUT rules, and those before routing, speak. */
  readonly local: readonly Network[];
}

interface Network {
  readonly family: Family;
  readonly network: bigint;
  readonly length: number;
}

/** Interfaces beyond this number are left out: they would make the host slow to build and tell nothing new. */
const mostInterfaces = 64;

/** Networks placed behind one interface; a rule set with thousands of sources needs no route to each. */
const mostNetworks = 24;

/**
 * A topology that the rules of a program suggest: the interfaces they name (and one for each pattern), networks that they place behind
 * them (`-s NET -i IF`, `-d NET -o IF`, `-s NET ! -o IF`), the addresses that INPUT rules speak to, and a default route.
 */
export function deriveTopology(program: Program): Topology {
  const mentioned = mentionedIn(program);
  const families = new Set(program.rulesets.map((ruleset) => ruleset.family));
  const names = [...mentioned.names].filter((name) => name !== 'lo').slice(0, mostInterfaces);
  for (const spare of ['eth0', 'eth1', 'eth2']) if (names.length < 2 && !names.includes(spare)) names.push(spare);
  // A pattern is told from `any` only by an interface outside of it.
  for (const pattern of mentioned.patterns) {
    const outside = (name: string): boolean => !name.startsWith(pattern.name);
    const neighbour = names.some(outside) ? undefined : ['eth0', 'net0'].find(outside);
    if (neighbour !== undefined) names.push(neighbour);
  }
  const upstream = names.find((name) => (mentioned.behind.get(name) ?? []).length === 0) ?? names[names.length - 1] ?? 'eth0';
  const routes: string[] = [];
  const routes6: string[] = [];
  const taken = new Set<string>();
  const ifaces = names.map((name, index) => {
    const addr: string[] = [];
    for (const family of families) {
      const networks = (mentioned.behind.get(name) ?? []).filter((network) => network.family === family && network.length > 0);
      const home = networks.find((network) => network.length >= (family === 4 ? 8 : 16) && network.length <= addressBits(family) - 2 && !taken.has(keyOf(network)));
      if (home !== undefined) taken.add(keyOf(home));
      addr.push(home === undefined ? spareAddress(family, index) : `${formatAddress(family, home.network + 1n)}/${home.length}`);
      const list = family === 4 ? routes : routes6;
      for (const network of networks) {
        const text = `${formatAddress(family, network.network)}/${network.length} dev ${name}`;
        if (network !== home && !taken.has(keyOf(network))) {
          taken.add(keyOf(network));
          list.push(text);
        }
      }
    }
    return { name, addr, mac: `02:00:00:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}` };
  });
  if (families.has(4)) routes.push(`default dev ${upstream}`);
  if (families.has(6)) routes6.push(`default dev ${upstream}`);
  const own = new Set(ifaces.flatMap((iface) => iface.addr.map((addr) => addr.split('/')[0] ?? '')));
  const local = [...new Set(mentioned.local.map(({ family, network }) => formatAddress(family, network)))].filter((address) => !own.has(address)).slice(0, 64);
  return { ifaces, ...(local.length > 0 ? { local } : {}), ...(routes.length > 0 ? { routes } : {}), ...(routes6.length > 0 ? { routes6 } : {}) };
}

const keyOf = ({ family, network, length }: Network): string => `${family} ${network}/${length}`;

/** Networks that hardly any rule set mentions: 10.213.N.0/24 and fd00:213:N::/64. */
const spareAddress = (family: Family, index: number): string => (family === 4 ? `10.213.${index}.1/24` : `fd00:213:${index.toString(16)}::1/64`);

function mentionedIn(program: Program): Mentioned {
  const names = new Set<string>();
  const patterns: InterfacePattern[] = [];
  const behind = new Map<string, Network[]>();
  const local: Network[] = [];
  const place = (name: string | undefined, test: Test<AddressMask> | undefined, family: Family): void => {
    const network = networkOf(test, family);
    if (name === undefined || name === 'lo' || network === undefined) return;
    const list = behind.get(name) ?? [];
    if (list.length < mostNetworks && !list.some((other) => keyOf(other) === keyOf(network))) list.push(network);
    behind.set(name, list);
  };
  for (const { family, tables } of program.rulesets) {
    for (const chain of tables.flatMap((table) => table.chains)) {
      for (const rule of chain.rules) {
        const { source, destination, inInterface, outInterface } = rule.conditions;
        for (const name of [...namesOf(inInterface), ...namesOf(outInterface)]) names.add(name);
        for (const test of [inInterface, outInterface]) if (test?.value.prefix === true) patterns.push(test.value);
        place(plainName(inInterface), source, family);
        place(plainName(outInterface), destination, family);
        // `-s 172.17.0.0/16 ! -o docker0`: the network behind docker0 on its way elsewhere.
        if (outInterface?.negated === true && !outInterface.value.prefix && chain.kind === 'base' && chain.hook === 'POSTROUTING') place(outInterface.value.name, source, family);
        if (inInterface?.negated === true && !inInterface.value.prefix && destination !== undefined) place(inInterface.value.name, destination, family);
        const own = chain.kind === 'base' && chain.hook === 'INPUT' ? networkOf(destination, family) : translated(rule, chain.kind === 'base' && chain.hook === 'PREROUTING') ? networkOf(destination, family) : undefined;
        if (own !== undefined && own.length === addressBits(family) && isUnicast(family, own.network)) local.push(own);
      }
    }
  }
  return { names, patterns, behind, local };
}

/** `-d ADDRESS -j DNAT`: the address is most often one of this host's own. */
const translated = (rule: Rule, prerouting: boolean): boolean => prerouting && (rule.jump?.kind === 'dnat' || rule.jump?.kind === 'redirect');

const plainName = (test: Test<InterfacePattern> | undefined): string | undefined => (test === undefined || test.negated || test.value.prefix ? undefined : test.value.name);

/** The names a test mentions; a pattern stands for its prefix with a number, and for the bare prefix where that is a name. */
function namesOf(test: Test<InterfacePattern> | undefined): readonly string[] {
  if (test === undefined) return [];
  const { name, prefix } = test.value;
  const candidates = prefix ? [name === '' ? '' : `${name}0`, /\d$/.test(name) ? name : ''] : [name];
  return candidates.filter((one) => /^[^\s/]+$/.test(one) && one !== '.' && one !== '..' && new TextEncoder().encode(one).length <= 15);
}

function networkOf(test: Test<AddressMask> | undefined, family: Family): Network | undefined {
  if (test === undefined || test.negated) return undefined;
  const length = prefixLength(family, test.value.mask);
  const network = test.value.address & test.value.mask;
  return length === undefined || length === 0 || !isUnicast(family, network) ? undefined : { family, network, length };
}

const isUnicast = (family: Family, address: bigint): boolean =>
  family === 4 ? address >> 24n !== 0n && address >> 24n !== 127n && address < 0xe000_0000n : address > 1n && address >> 120n !== 0xffn && address >> 118n !== 0x3fan;
