import { parse } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import { type AssumptionId, type Family, optInAssumptions, type Outcome, type PacketInput, type Program, type Topology } from '../../src/ir/index.js';
import { deriveTopology, probe } from '../../src/probe/index.js';
import { translate } from '../../src/translate.js';
import type { Compiled } from '../../targets/target.js';
import { packetsFor } from '../generators/packets.js';
import { names } from '../names.js';
import { comparable, type Host, withHost } from './index.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const least = Number(process.env['FERRULE_PACKETS'] ?? 300);

/** Assumptions that hold only for those who accept them by name. */
export const optIn = Object.keys(optInAssumptions) as AssumptionId[];

/** Rules of iptables and what nft is to do in their place. */
export interface Translation {
  readonly family: Family;
  readonly rules: string;
  readonly program: Program;
  readonly script: string;
  readonly assumptions: readonly AssumptionId[];
}

export const isTranslation = (one: Translation | Compiled): one is Translation => 'script' in one;

/** As the rules stand, else under everything that may be accepted by name; the refusal without it where that does not do. */
export function translationOf(family: Family, rules: string): Translation | Compiled {
  const { value, diagnostics } = parse(rules, { file: 'rules', family, names });
  if (hasErrors(diagnostics)) return { assumptions: [], diagnostics };
  const program: Program = { rulesets: [value], sets: [] };
  const plain = translate(program, { to: 'nft', strict: false, assume: [] });
  const compiled = plain.text === undefined ? translate(program, { to: 'nft', strict: false, assume: optIn }) : plain;
  return compiled.text === undefined ? plain : { family, rules, program, script: compiled.text, assumptions: compiled.assumptions };
}

/** Aimed at the edges of the rules, and as many random ones, all within the assumptions. */
function packetsOf({ program, assumptions }: Translation, topology: Topology): readonly PacketInput[] {
  const aimed = probe(program, { topology, seed });
  const random = packetsFor(program, seed, least).map((packet) => ({ ...packet, id: `random ${packet.id}` }));
  const way = ({ origin, inInterface }: PacketInput): boolean => origin === 'local' || topology.ifaces.some(({ name }) => name === inInterface);
  const fitting = [...aimed, ...random].filter((packet) => way(packet) && !isOutside(assumptions, packet));
  return findsEmpty(assumptions) ? fitting.filter((_, index) => index % Math.ceil(fitting.length / mostAlone) === 0) : fitting;
}

/** The kernel draws: which packets match is chance, or which port one gets. What can be said then is less. */
const drawsMatch = (rules: string): boolean => /--mode random/.test(rules);
const drawsPort = (rules: string): boolean => /--random|--to-ports \d+-|(SNAT|DNAT) .*:\d+-\d+/.test(rules);

const countsConnections = (rules: string): boolean => /-m connlimit\b/.test(rules);

/** What legacy itself judges otherwise the second time hangs on the time between packets, and is not compared. */
const hasRate = (rules: string): boolean => /-m (limit|hashlimit|connlimit|recent)\b/.test(rules);

/** A rate that is said to be another one in nft: what is left to compare is what becomes of a packet that finds the table empty, each on rules loaded anew. */
const findsEmpty = (assumptions: readonly AssumptionId[]): boolean => assumptions.includes('hashlimit-approximate');

/** So many of those, as loading takes its time; all where rules are asked for. */
const mostAlone = process.env['FERRULE_SPECS'] === undefined ? 30 : 10_000;

async function judged(host: Host, load: () => Promise<void>, packets: readonly PacketInput[], { rules, assumptions }: Translation): Promise<readonly string[]> {
  const outcomes: Outcome[] = [];
  for (const batch of findsEmpty(assumptions) ? packets.map((packet) => [packet]) : [packets]) {
    await host.flush();
    await load();
    outcomes.push(...(await host.judge(batch)));
  }
  return drawsMatch(rules) ? [] : outcomes.map((outcome) => (drawsPort(rules) ? `${outcome.verdict} ${outcome.out ?? ''}` : comparable(outcome)));
}

export const hostFor = (translations: readonly Translation[]): Topology => deriveTopology({ rulesets: translations.flatMap(({ program }) => program.rulesets), sets: [] });

/** The first packet that legacy and nft judge otherwise, one after the other in one host; or why one of them does not load. */
export async function faultOf(translation: Translation, topology: Topology, host: Host): Promise<string | undefined> {
  const { family, rules, script } = translation;
  const packets = packetsOf(translation, topology);
  // Connections count once they are confirmed, and stay: each side has a host of its own.
  const inHost = <T>(use: (one: Host) => Promise<T>): Promise<T> => (countsConnections(rules) ? withHost(topology, use, { connectionsLast: true }) : use(host));
  const byLegacy = (): Promise<readonly string[]> => inHost((one) => judged(one, () => one.loadLegacy(family, rules), packets, translation));
  try {
    const legacy = await byLegacy();
    const nft = await inHost((one) => judged(one, () => one.loadNft(script), packets, translation));
    const again = hasRate(rules) && !findsEmpty(translation.assumptions) ? await byLegacy() : legacy;
    const odd = packets.findIndex((_, index) => legacy[index] !== nft[index] && legacy[index] === again[index]);
    const packet = packets[odd];
    return packet === undefined ? undefined : `seed ${seed}\n${rules}${Buffer.from(packet.bytes).toString('hex')}\nlegacy: ${legacy[odd]}\nnft: ${nft[odd]}\n${script}`;
  } catch (error) {
    return `${rules}${error instanceof Error ? error.message : String(error)}\n${script}`;
  }
}
