import { describe, expect, it } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { decodeBytes, type Family, type NamedSet, type PacketInput, type Program } from '../../src/ir/index.js';
import { deriveTopology, probe } from '../../src/probe/index.js';
import { createRandom, type Random } from '../../src/probe/random.js';
import { lower } from '../../src/lower/index.js';
import { readIptables, readNftText } from '../../src/verify/read.js';
import type { Difference, Verification } from '../../src/verify/result.js';
import { verify } from '../../src/verify/verify.js';
import { nftables } from '../../targets/nftables/index.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import type { LanguageOptions } from '../generators/language.js';
import { randomProgram } from '../generators/ruleset.js';
import { available, comparable, withHost } from '../kernel/index.js';
import { mutate, sliceOf, type Mutant } from './mutants.js';
import { faultOf, legacyRules, nftRules, replay } from './replay.js';
import { settings } from './settings.js';

/** `FERRULE_MUTANTS` mutants of each kind of rules. */
const count = Number(process.env['FERRULE_MUTANTS'] ?? '5');
/** With so many, some of each kind are among them. */
const enough = 20;

const aimed = Number(process.env['FERRULE_PACKETS'] ?? '150');

/** Rules before and behind a mutation. */
interface Pair {
  readonly name: string;
  readonly family: Family;
  readonly text: string;
  readonly sets?: string;
  readonly mutant: Mutant;
}

const readSets = (text: string | undefined): readonly NamedSet[] => (text === undefined ? [] : parseSets(text, { file: 'sets' }).value);

const programOf = ({ family, sets }: Pair, text: string): Program => ({ rulesets: [parse(text, { file: '-', family }).value], sets: readSets(sets) });

function compared(pair: Pair): Verification | undefined {
  const [left, right] = [pair.text, pair.mutant.text].map((text, index) => readIptables([{ text, file: index === 0 ? 'left' : 'right', family: pair.family }], readSets(pair.sets)).value);
  return left === undefined || right === undefined ? undefined : verify(left, right, { cubes: 1, budget: 1_000_000 });
}

const loadable = (pair: Pair, text: string) => legacyRules(pair.family, text, pair.sets);

/** The first packet, of many aimed at the edges of both, that the kernel judges differently. */
async function differing(pair: Pair, seed: number): Promise<string | undefined> {
  const programs = [programOf(pair, pair.text), programOf(pair, pair.mutant.text)];
  const [first] = programs;
  if (first === undefined) throw new Error('no program');
  const topology = deriveTopology(first);
  const packets = programs.flatMap((program) => probe(program, { topology, seed, count: Math.ceil(aimed / 2) }));
  return withHost(topology, async (host) => {
    const under = async (text: string, shown: readonly PacketInput[]): Promise<readonly string[]> => {
      await host.flush();
      await loadable(pair, text)(host);
      return (await host.judge(shown)).map(comparable);
    };
    const judged = [await under(pair.text, packets), await under(pair.mutant.text, packets)] as const;
    // Rates and chance differ from run to run: only what differs alone, and does so twice, counts.
    for (const packet of packets.filter((_, index) => judged[0][index] !== judged[1][index]).slice(0, 10)) {
      const [one, again, other, more] = [await under(pair.text, [packet]), await under(pair.text, [packet]), await under(pair.mutant.text, [packet]), await under(pair.mutant.text, [packet])].map(([only]) => only);
      if (one === again && other === more && one !== other) return `${Buffer.from(packet.bytes).toString('hex')} (${packet.inInterface ?? 'local'})\n${one}\n${other}`;
    }
    return undefined;
  });
}

/** Rules under which the kernel draws: a test by chance, a port out of a range. */
const isDrawn = /random|--to-ports \d+-|--to-source \S*\d-\d|--to-destination \S*\d-\d/;

/** What such a reason names: what no packet alone decides. */
const honest: readonly (readonly [string, RegExp])[] = [
  ['a rate', /^a rate/],
  ['a counter', /^a counter/],
  ['chance', /^chance/],
  ['what a set holds', /^what the set/],
  ['what a list remembers', /^what the list/],
  ['what no packet holds', /^what the packet does not hold/],
  ['a test that is not modelled', /^a test that is not modelled/],
  ['a group to be joined', /^a group that the host would have joined/],
];

/** The reason, if it is one that counts. */
function honestly(reason: string, { text, mutant }: Pair): string | undefined {
  const announced = /^a connection that another has announced/.test(reason) && /helper/.test(text + mutant.text);
  return announced ? 'a connection that a helper announces' : honest.find(([, pattern]) => pattern.test(reason))?.[0];
}

/** The kernel judges the packet differently though the witness does not claim it. */
async function differsAllTheSame({ witness, family }: Difference, pair: Pair): Promise<boolean> {
  if (witness === undefined || witness.packet.state !== undefined || isDrawn.test(pair.text)) return false;
  const [one, other] = [await replay(witness, family, loadable(pair, pair.text)), await replay(witness, family, loadable(pair, pair.mutant.text))];
  return comparable(one.outcome) !== comparable(other.outcome);
}

/** Whether the kernel takes rules that are not read. */
async function isLoadable(pair: Pair): Promise<boolean> {
  const refused = await withHost({ ifaces: [] }, (host) => loadable(pair, pair.mutant.text)(host).then(() => undefined, (error: unknown) => error));
  return refused === undefined;
}

interface Tally {
  readonly kinds: Map<string, number>;
  readonly faults: string[];
  readonly unproved: string[];
  /** Called different for packets of which none was found. */
  readonly unexplained: string[];
}

async function examine(pair: Pair, seed: number, tally: Tally): Promise<void> {
  const add = (kind: string): void => void tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
  const { mutant } = pair;
  const title = `${pair.name}, ${mutant.mutation}, line ${mutant.line}\n- ${mutant.was}\n+ ${mutant.is}`;
  const result = compared(pair);
  if (result === undefined) return add((await isLoadable(pair)) ? 'unreadable here alone' : 'unreadable');
  if (result.kind === 'gave-up') return add('gave up');
  try {
    if (result.kind === 'equivalent') {
      add('equivalent');
      const packet = await differing(pair, seed);
      if (packet !== undefined) tally.faults.push(`${title}\ncalled equivalent, but the kernel judges this packet differently:\n${packet}`);
      return;
    }
    const shown = result.differences.filter(({ witness }) => witness?.replayable === true);
    if (shown.length > 0) add('different');
    for (const difference of shown) {
      const fault = await faultOf(difference, loadable(pair, pair.text), loadable(pair, mutant.text), { drawn: isDrawn.test(pair.text) });
      if (fault !== undefined) tally.faults.push(`${title}\n${difference.hook}: ${fault}\n${beforeOf(difference)}`);
    }
    const hidden = result.differences.filter((difference) => !shown.includes(difference));
    const told = hidden.map(({ hook, witness }) => `${title}\n${hook}: ${witness === undefined ? 'no packet' : `${witness.hangsOn ?? ''} (${witness.words})`}`);
    tally.unproved.push(...told);
    if (shown.length > 0) return;
    // One difference that is known for what it is makes the answer right.
    const [reason] = hidden.flatMap(({ witness }) => honestly(witness?.hangsOn ?? '', pair) ?? []);
    const differs = await hidden.reduce<Promise<boolean>>(async (known, difference) => (await known) || differsAllTheSame(difference, pair), Promise.resolve(false));
    add(differs ? 'different, not replayable, the kernel differs' : `different, not replayable: ${reason ?? 'unexplained'}`);
    if (reason === undefined && !differs) tally.unexplained.push(...told);
  } catch (error) {
    if (error instanceof Error && /exit status/.test(error.message)) return add('refused by the kernel');
    throw error;
  }
}

const beforeOf = ({ witness }: Difference): string => witness === undefined ? '' : `${JSON.stringify(witness.topology)}\nbefore: ${witness.before.map(({ bytes, inInterface }) => `${inInterface ?? 'local'} ${Buffer.from(bytes).toString('hex')}`).join(', ')}`;

function mutantOf(text: string, random: Random): Mutant | undefined {
  for (let attempt = 0; attempt < 30; attempt++) {
    const mutant = mutate(text, random);
    if (mutant !== undefined) return mutant;
  }
  return undefined;
}

/** `explained`: every difference of which no packet was found has a reason that counts. */
async function judge(pairs: Iterable<Pair | undefined>, explained = true): Promise<void> {
  const tally: Tally = { kinds: new Map(), faults: [], unproved: [], unexplained: [] };
  let seed = settings.seed;
  for (const pair of pairs) if (pair !== undefined) await examine(pair, seed++, tally);
  console.log(`${[...tally.kinds].map(([kind, number]) => `${kind} ${number}`).join(', ')}; seed ${settings.seed}${tally.unproved.length === 0 ? '' : `\nnot replayable:\n${tally.unproved.join('\n')}`}`);
  expect(tally.faults.join('\n\n')).toBe('');
  const different = tally.kinds.get('different') ?? 0;
  expect(tally.kinds.size).toBeGreaterThan(0);
  if (count >= enough) expect(different).toBeGreaterThan(0);
  if (explained) expect(tally.unexplained.join('\n\n')).toBe('');
}

/** Of what nobody outside answers, and no records: of two of them, no counter tells which was written first. */
const everyForm: LanguageOptions = { forms: ['headers', 'metadata', 'tracking'], queues: false, log: false, unseen: false, rulesPerChain: 2 };

function* randomPairs(family: Family, language: LanguageOptions = {}): Generator<Pair | undefined> {
  for (let index = 0; index < (language.forms === undefined ? count : Math.ceil(count / 2)); index++) {
    const seed = settings.seed + 600_000 + index;
    const generated = randomProgram(seed, { family, tracking: true, nat: index % 3 === 0, owner: index % 4 === 0, ...language });
    const mutant = mutantOf(generated.text, createRandom(seed));
    yield mutant && { name: `random ${seed}`, family, text: generated.text, ...(generated.sets === '' ? {} : { sets: generated.sets }), mutant };
  }
}

const smallFile = 100;

function* corpusPairs(files: readonly CorpusFile[]): Generator<Pair | undefined> {
  const random = createRandom(settings.seed);
  for (let index = 0; index < count; index++) {
    const file = random.pick(files);
    const whole = decodeBytes(file.bytes).replace(/^\[\d+:\d+\] /gm, '');
    const rules = whole.split('\n').filter((line) => line.startsWith('-A ')).length;
    const text = rules <= smallFile ? whole : sliceOf(whole, 40, random);
    const mutant = mutantOf(text, random);
    yield mutant && { name: file.name, family: file.family, text, ...(file.sets === undefined ? {} : { sets: file.sets }), mutant };
  }
}

/** The rules against the translation of their mutant: legacy xtables on one host, nft on the other. */
async function acrossLanguages(pairs: Iterable<Pair | undefined>): Promise<void> {
  let [shown, equivalent, hidden] = [0, 0, 0];
  const faults: string[] = [];
  for (const pair of pairs) {
    if (pair === undefined) continue;
    const program = programOf(pair, pair.mutant.text);
    const { text: script, assumptions } = nftables.compile(lower(program).value, { strict: false, assume: [] });
    const left = readIptables([{ text: pair.text, file: 'left', family: pair.family }], readSets(pair.sets)).value;
    const right = script === undefined ? undefined : readNftText(script, 'right').value;
    if (script === undefined || left === undefined || right === undefined) continue;
    const result = verify(left, right, { cubes: 1, budget: 1_000_000, assume: [...assumptions, 'no-ipv6-authentication-headers', 'plain-tcp-options', 'syn-with-mss', 'no-nested-fragments'] });
    if (result.kind === 'equivalent') equivalent += 1;
    if (result.kind !== 'different') continue;
    for (const difference of result.differences) {
      if (difference.witness?.replayable !== true) {
        hidden += 1;
        continue;
      }
      shown += 1;
      const fault = await faultOf(difference, loadable(pair, pair.text), nftRules(script), { drawn: isDrawn.test(pair.text), uncounted: true }).catch((error: unknown) => {
        // Whether scripts load is the question of other lanes.
        if (error instanceof Error && /exit status/.test(error.message)) return undefined;
        throw error;
      });
      if (fault !== undefined) faults.push(`${pair.name}, ${pair.mutant.mutation}, line ${pair.mutant.line}\n- ${pair.mutant.was}\n+ ${pair.mutant.is}\n${difference.hook}: ${fault}\n${beforeOf(difference)}`);
    }
  }
  console.log(`${shown} witnesses replayed, ${hidden} not replayable, ${equivalent} equivalent; seed ${settings.seed}`);
  expect(faults.join('\n\n')).toBe('');
  expect(shown + hidden + equivalent).toBeGreaterThan(0);
  if (count >= enough) expect(shown).toBeGreaterThan(0);
}

describe.skipIf(!available().ok)('what verify says of a mutation, the kernel says', () => {
  it.each([4, 6] as const)('random rule sets, IPv%i', async (family) => judge(randomPairs(family)), 3_600_000);

  it.each([4, 6] as const)('random rule sets of every form, IPv%i', async (family) => judge(randomPairs(family, everyForm), false), 3_600_000);

  it.each([4, 6] as const)('random rule sets against the nft of a mutant, IPv%i', async (family) => acrossLanguages(randomPairs(family)), 3_600_000);

  const files = corpusAvailable() ? acceptedCorpus() : [];
  it.skipIf(files.length === 0)('real dumps', async () => judge(corpusPairs(files)), 3_600_000);

  it.skipIf(files.length === 0)('real dumps against the nft of a mutant', async () => acrossLanguages(corpusPairs(files)), 3_600_000);
});
