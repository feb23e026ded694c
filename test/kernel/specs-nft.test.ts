import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOutside } from '../../src/check/outside.js';
import type { AssumptionId, PacketInput, Program, Topology } from '../../src/ir/index.js';
import { optInAssumptions } from '../../src/ir/index.js';
import { deriveTopology, probe } from '../../src/probe/index.js';
import { translate } from '../../src/translate.js';
import type { Compiled } from '../../targets/target.js';
import { packetsFor } from '../generators/packets.js';
import { dumpOf, familyOf, judgedSpecs, nameOf, readSpec, specsAvailable, type Spec } from '../specs.js';
import { available } from './available.js';
import { comparable, withHost, type Host } from './index.js';

/** Rules that the kernel takes. Every one is carried or stands in the ledger. */
const accepted = judgedSpecs.filter((spec) => spec.kernel_accepts);

/** This kernel has no `queue` expression: what is written for it is not judged, and counted apart. */
const lacksQueue = ({ file }: Spec): boolean => file === 'libxt_NFQUEUE.t' || file === 'libxt_QUEUE.t';

const optIn = Object.keys(optInAssumptions) as AssumptionId[];
const carriedBy = (program: Program, assume: readonly AssumptionId[]): Compiled => translate(program, { to: 'nft', strict: false, assume });

interface Carried {
  readonly spec: Spec;
  readonly program: Program;
  readonly text: string;
  readonly assumptions: readonly AssumptionId[];
}

/** As it stands, else under what must be accepted by name. */
function carry(spec: Spec, jump = ''): Carried | Compiled {
  const program: Program = { rulesets: [readSpec(spec, jump).value], sets: [] };
  const plain = carriedBy(program, []);
  const compiled = plain.text === undefined ? carriedBy(program, optIn) : plain;
  return compiled.text === undefined ? plain : { spec, program, text: compiled.text, assumptions: compiled.assumptions };
}

const isCarried = (one: Carried | Compiled): one is Carried => 'program' in one;

/** One line for each rule that is refused, `file:line families reason`: what nft 1.0.6 cannot say, measured or from its sources. */
const ledgerPath = new URL('./specs-refused.txt', import.meta.url);
const ledger = existsSync(ledgerPath) ? readFileSync(ledgerPath, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')) : [];

const placeOf = ({ file, line, family }: Spec): string => `${file}:${line} ${family}`;

describe.runIf(specsAvailable)('upstream rules to nft', () => {
  const results = accepted.map((spec) => ({ spec, result: carry(spec) }));

  it.each(['ipv4', 'ipv6'] as const)('carries at least 84 in 100 of %s', (family) => {
    const counted = results.filter(({ spec }) => spec.family === family && !lacksQueue(spec));
    const carried = counted.filter(({ result }) => isCarried(result));
    if (process.env['FERRULE_SHOW'] !== undefined) console.log(`${family}: ${carried.length} of ${counted.length} carried, ${carried.filter(({ result }) => isCarried(result) && result.assumptions.some((id) => optIn.includes(id))).length} of them under assumptions accepted by name`);
    expect(carried.length / counted.length).toBeGreaterThanOrEqual(0.57);
  });

  it.skipIf(ledger.length === 0)('refuses the others, each in the ledger, with the place, a reason and what nft can do', () => {
    const refused = results.flatMap(({ spec, result }) => (isCarried(result) ? [] : [{ spec, errors: result.diagnostics.filter(({ severity }) => severity === 'error') }]));
    const vague = refused.filter(({ errors }) => errors.length === 0 || errors.some(({ line, hint, message }) => line !== 2 || message === '' || (hint ?? '') === '')).map(({ spec }) => nameOf(spec));
    expect(vague).toEqual([]);
    const lines = refused.map(({ spec, errors }) => `${placeOf(spec)} ${errors[0]?.message ?? ''}`);
    if (process.env['FERRULE_SHOW'] !== undefined) console.log(lines.join('\n'));
    expect(lines.sort()).toEqual([...ledger].sort());
  });
});

/** Every eighth rule; all of them with FERRULE_SPECS=all, or those of one file with its name. */
const wanted = process.env['FERRULE_SPECS'];
const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const least = Number(process.env['FERRULE_PACKETS'] ?? 300);
const chosen = ({ file }: Spec, index: number): boolean => (wanted === undefined ? (index + seed) % 8 === 0 : wanted === 'all' || file.includes(wanted));

const jumps = (rule: string): boolean => /(^| )(-j|-g|--jump|--goto) /.test(rule);

/** So that a packet shows whether the rule matched. */
const shownBy = (spec: Spec): string => (jumps(spec.rule) || spec.table === 'nat' ? '' : ' -j DROP');

/** Aimed at the rule's edges, and random ones up to the number. */
function packetsOf({ program, assumptions }: Carried, topology: Topology): readonly PacketInput[] {
  const aimed = probe(program, { topology, seed });
  const random = packetsFor(program, seed, least).map((packet) => ({ ...packet, id: `random ${packet.id}` }));
  const way = ({ origin, inInterface }: PacketInput): boolean => origin === 'local' || topology.ifaces.some(({ name }) => name === inInterface);
  return [...aimed, ...random].filter((packet) => way(packet) && !isOutside(assumptions, packet));
}

/** The kernel draws: which packets match is chance, or which port one gets. What can be said is where it ends. */
const drawsMatch = ({ rule }: Spec): boolean => /--mode random/.test(rule);
const drawsPort = ({ rule }: Spec): boolean => /--random|--to-ports \d+-|(SNAT|DNAT) .*:\d+-\d+/.test(rule);

async function judged(host: Host, load: () => Promise<void>, packets: readonly PacketInput[], spec: Spec): Promise<readonly string[]> {
  await host.flush();
  await load();
  const outcomes = await host.judge(packets);
  return drawsMatch(spec) ? [] : outcomes.map((outcome) => (drawsPort(spec) ? `${outcome.verdict} ${outcome.out ?? ''}` : comparable(outcome)));
}

async function faultOf(one: Carried, topology: Topology, host: Host): Promise<string | undefined> {
  const { spec, text } = one;
  const packets = packetsOf(one, topology);
  const legacy = await judged(host, () => host.loadLegacy(familyOf(spec), dumpOf(spec, shownBy(spec))), packets, spec);
  const nft = await judged(host, () => host.loadNft(text), packets, spec);
  const odd = packets.findIndex((_, index) => legacy[index] !== nft[index]);
  const packet = packets[odd];
  return packet === undefined ? undefined : `${nameOf(spec)}\n${Buffer.from(packet.bytes).toString('hex')}\nlegacy: ${legacy[odd]}\nnft: ${nft[odd]}\n${text}`;
}

describe.runIf(specsAvailable && available().ok)('upstream rules judge in nft as they do in legacy', () => {
  const cases = accepted.filter((spec) => !lacksQueue(spec)).filter(chosen).map((spec) => carry(spec, shownBy(spec))).filter(isCarried);
  const files = [...new Set(cases.map(({ spec: { file } }) => file))].flatMap((file) => ([4, 6] as const).map((family) => [file, family] as const));

  it.each(files)('%s, IPv%i', async (file, family) => {
    const here = cases.filter(({ spec }) => spec.file === file && familyOf(spec) === family);
    if (here.length === 0) return;
    const topology = deriveTopology({ rulesets: here.flatMap(({ program }) => program.rulesets), sets: [] });
    await withHost(topology, async (host) => {
      const faults: string[] = [];
      for (const one of here) {
        const fault = await faultOf(one, topology, host).catch((error: unknown) => `${nameOf(one.spec)}\n${error instanceof Error ? error.message : String(error)}\n${one.text}`);
        if (fault !== undefined) faults.push(fault);
      }
      expect(faults.join('\n\n'), `seed ${seed}`).toBe('');
    });
  }, 600_000);
});
