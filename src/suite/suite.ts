import { createInterpreter } from '../../targets/interpreter/index.js';
import type { Hook, Outcome, PacketInput, Program, Topology } from '../ir/index.js';
import { lower } from '../lower/index.js';
import { formatPacketLine, toHex } from '../packet/index.js';
import { spelledOut } from '../verify/spelled.js';
import { builderFor } from './build.js';
import { classesOf } from './classes.js';
import { diagramsOf } from './diagram.js';
import { pointsOf } from './points.js';

/** A packet, and what the rules say becomes of it: the word of the reference interpreter. */
export interface SuiteEntry {
  readonly packet: PacketInput;
  readonly expected: Outcome;
}

/**
 * A packet for every class of packets that the rules tell apart, and for the edges between them. `classes`: how many there are;
 * `judged`: how many of them have a packet here. `unbuilt`: classes of which no packet can be made, since they hang on what no packet
 * brings along, or contradict themselves. What remains was left out for its number.
 */
export interface Suite {
  readonly entries: readonly SuiteEntry[];
  readonly classes: bigint;
  readonly judged: number;
  readonly unbuilt: number;
}

export interface SuiteOptions {
  /** The host; without one every destination is its own unless the packet says where it goes. */
  readonly topology?: Topology;
  readonly hooks?: readonly Hook[];
  /** Classes that are looked at in each hook, and packets in all, at most. */
  readonly classesAtMost?: number;
  readonly packetsAtMost?: number;
  readonly budget?: number;
}

const allHooks: readonly Hook[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Undefined where the diagrams of a rule set grow beyond the budget. */
export function suiteOf(program: Program, options: SuiteOptions = {}): Suite | undefined {
  const { hooks = allHooks, classesAtMost = 4000, packetsAtMost = 20_000, budget = 10_000_000, topology } = options;
  const cores = lower(program).value.rulesets.map((core) => spelledOut(core, program.sets));
  const insides: PacketInput[] = [];
  const edges: PacketInput[] = [];
  let classes = 0n;
  let [judged, unbuilt] = [0, 0];
  for (const core of cores) {
    const diagrams = diagramsOf(core, hooks.filter((hook) => core.tables.some(({ chains }) => chains.some(({ base }) => base?.hook === hook))), budget);
    if (diagrams === undefined) return undefined;
    for (const [hook, root] of diagrams.hooks) {
      const found = classesOf(diagrams.bdd, root, diagrams.layout, classesAtMost);
      classes += found.total;
      const build = builderFor(core, diagrams, hook, { topology, forward: hooks.includes('FORWARD') && !hooks.includes('INPUT') });
      for (const cube of found.first) {
        const points = pointsOf(cube, diagrams.layout, build.wish);
        const inside = build.packet(points.inside);
        if (inside === undefined) {
          unbuilt += 1;
          continue;
        }
        judged += 1;
        insides.push(inside);
        for (const point of points.edges) {
          const edge = insides.length + edges.length < packetsAtMost ? build.packet(point) : undefined;
          if (edge !== undefined) edges.push(edge);
        }
      }
    }
  }
  const interpreter = createInterpreter(program, topology === undefined ? {} : { topology });
  const entries = distinct([...insides, ...edges]).slice(0, packetsAtMost).map((packet, index): SuiteEntry => {
    const numbered = { ...packet, id: String(index + 1) };
    return { packet: numbered, expected: interpreter.judge(numbered) };
  });
  return { entries, classes, judged, unbuilt };
}

/** The same packet may lie at two edges. */
function distinct(packets: readonly PacketInput[]): readonly PacketInput[] {
  const seen = new Map<string, PacketInput>();
  for (const packet of packets) {
    const key = formatPacketLine(packet);
    if (!seen.has(key)) seen.set(key, packet);
  }
  return [...seen.values()];
}

/** The suite as JSON lines: packets as `ferrule trace` takes them, each with what to expect of it. */
export const formatSuite = ({ entries }: Suite): string =>
  entries.map(({ packet, expected: { verdict, stage, out, mark, bytes, replies } }) => {
    const expect = { verdict, stage: stage ?? null, out: out ?? null, mark: mark ?? null, hex: bytes === undefined ? null : toHex(bytes), replies: replies.map(toHex) };
    return `${formatPacketLine(packet).slice(0, -1)},"expect":${JSON.stringify(expect)}}\n`;
  }).join('');

/** What the suite holds, for a person; what was left out is never passed over. */
export function suiteNote({ entries, classes, judged, unbuilt }: Suite): string {
  const left = classes - BigInt(judged) - BigInt(unbuilt);
  const parts = [
    `${entries.length} packets for ${judged} of the ${classes} classes that the rules tell apart`,
    ...(unbuilt > 0 ? [`of ${unbuilt} no packet can be made`] : []),
    ...(left > 0n ? [`${left} are left out for their number`] : []),
  ];
  return parts.join('; ');
}
