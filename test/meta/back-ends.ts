import fc from 'fast-check';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import { type Family, isOptIn, type Jump, type Match, type NamedSet, type Program, type SetReference, type AssumptionId } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import type { Compilation, JumpMeaning, MatchMeaning } from '../../targets/interpreter/evaluation.js';
import { jumps } from '../../targets/interpreter/jumps/index.js';
import { matches } from '../../targets/interpreter/matches/index.js';
import { createRuntime } from '../../targets/interpreter/runtime.js';
import { createLiveSets } from '../../targets/interpreter/sets.js';
import { optIn } from '../kernel/side-by-side.js';
import { jumpGenerators } from '../generators/jumps/index.js';
import { matchGenerators } from '../generators/matches/index.js';
import { placeJump, placeMatch, type Placed } from '../generators/placed.js';
import { setChoices } from '../generators/sets.js';
import { program } from '../lower/build.js';

/** What becomes of the forms of one extension in every back end, as cells of a table. */
export interface Row {
  readonly name: string;
  readonly families: string;
  readonly nft: string;
  readonly xdp: string;
  readonly trace: string;
}

const seed = 1;
/** Forms drawn of each extension and family. */
const samples = 20;

type Fate = { readonly kind: 'carried' } | { readonly kind: 'assumed'; readonly ids: readonly string[] } | { readonly kind: 'refused'; readonly reason: string };

const asProgram = ({ table, chain, rule }: Placed, family: Family): Program => ({ ...program(family, [rule], chain, table), sets: setChoices(family) });

const reasonOf = (messages: readonly { readonly severity: string; readonly message: string }[]): string => {
  const [first] = messages.filter(({ severity }) => severity === 'error');
  return (first?.message ?? 'no reason').replace(/^nft cannot carry /, '').replaceAll(/"[^"]*"|\b0x[0-9a-f]+\b|\b\d{3,}\b/g, '…');
};

function toNft(rules: Program): Fate {
  const plain = translate(rules, { to: 'nft', strict: false, assume: [] });
  if (plain.text !== undefined) return { kind: 'carried' };
  const assumed = translate(rules, { to: 'nft', strict: false, assume: optIn });
  return assumed.text === undefined ? { kind: 'refused', reason: reasonOf(assumed.diagnostics) } : { kind: 'assumed', ids: assumed.assumptions.filter(isOptIn) };
}

function toXdp(rules: Program): Fate {
  const carries = (...assume: readonly AssumptionId[]): boolean => translate(rules, { to: 'xdp', mode: 'exact', strict: false, assume, chain: 'INPUT' }).text !== undefined;
  if (carries()) return { kind: 'carried' };
  return carries('counted-by-one-program') ? { kind: 'assumed', ids: ['counted-by-one-program'] } : { kind: 'refused', reason: '' };
}

/** The most frequent one, the shorter of equals. */
function commonest(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || a.length - b.length || (a < b ? -1 : 1))[0]?.[0] ?? '';
}

function nftCell(fates: readonly Fate[]): string {
  const refused = fates.flatMap((fate) => (fate.kind === 'refused' ? [fate.reason] : []));
  const assumed = [...new Set(fates.flatMap((fate) => (fate.kind === 'assumed' ? fate.ids : [])))].sort().map((id) => `\`${id}\``).join(', ');
  const carried = fates.some(({ kind }) => kind === 'carried');
  const some = [...(carried ? [refused.length === 0 && assumed === '' ? 'carried' : 'carried in part'] : []), ...(assumed === '' ? [] : [`under ${assumed}`])];
  return [...some, ...(refused.length === 0 ? [] : [`${some.length === 0 ? 'refused' : 'rest refused'}: ${commonest(refused)}`])].join('; ').replaceAll('|', '\\|');
}

function xdpCell(fates: readonly Fate[]): string {
  const carried = fates.filter(({ kind }) => kind === 'carried').length;
  const assumed = [...new Set(fates.flatMap((fate) => (fate.kind === 'assumed' ? fate.ids : [])))].map((id) => `under \`${id}\``);
  if (carried === 0 && assumed.length === 0) return 'passed on';
  if (carried === fates.length) return 'carried';
  const rest = fates.some(({ kind }) => kind === 'refused') ? ', rest passed on' : '';
  return `${[...(carried === 0 ? [] : ['carried in part']), ...assumed].join('; ')}${rest}`;
}

const compilation = (family: Family): Compilation => ({ family, sets: createLiveSets(setChoices(family)), runtime: createRuntime(seed), fingerprints: [], sockets: [] });

interface Drawing<T> {
  readonly families: readonly Family[];
  draw(family: Family): fc.Arbitrary<T>;
}

const drawn = <T>({ families, draw }: Drawing<T>): readonly { readonly node: T; readonly family: Family }[] =>
  families.flatMap((family) => fc.sample(draw(family), { seed, numRuns: samples }).map((node) => ({ node, family })));

const familiesCell = (families: readonly Family[]): string => families.map((family) => `v${family}`).join(' ');

const traceCell = (judged: readonly boolean[]): string => (judged.every((one) => one) ? 'judged' : judged.some((one) => one) ? 'judged in part, rest unknown' : 'unknown');

/** A set that is given, of a form that fits; every other time without the counters of its elements. */
function onGivenSet(match: Match, family: Family, index: number): Match {
  if (match.kind !== 'set') return match;
  if (index % 2 === 0) {
    const { packets: _, bytes: __, updateCounters: ___, updateSubcounters: ____, ...plain } = match;
    return onGivenSet(plain, family, 1);
  }
  const { set, dimensions } = givenFor({ set: match.set.value, dimensions: match.dimensions }, family);
  return { ...match, set: { ...match.set, value: set }, dimensions };
}

const onGivenSets = <J extends Jump>(jump: J, family: Family): J =>
  jump.kind === 'set' ? { ...jump, ...(jump.add === undefined ? {} : { add: givenFor(jump.add, family) }), ...(jump.remove === undefined ? {} : { remove: givenFor(jump.remove, family) }) } : jump;

/** A given set in place of one that nobody has given. */
function givenFor(reference: SetReference, family: Family): SetReference {
  const given: readonly NamedSet[] = setChoices(family);
  const set = given[reference.dimensions.length % given.length];
  return set === undefined ? reference : { set: set.name, dimensions: set.dimensions.map((_, index) => reference.dimensions[index] ?? 'src') };
}

// Tables keyed by kind: that a node and its row belong together is known here only.
export const matchRows = (): readonly Row[] =>
  Object.entries(matchGenerators).map(([kind, generator]) => {
    const forms = drawn(generator as Drawing<Match>).map(({ node, family }, index) => ({ node: onGivenSet(node, family, index), family }));
    const placed = forms.map(({ node, family }) => ({ placed: dropped(placeMatch(node, family)), family }));
    return {
      name: matchExtensions[kind as Match['kind']].modules[0] ?? kind,
      families: familiesCell((generator as Drawing<Match>).families),
      nft: nftCell(placed.map((one) => toNft(asProgram(one.placed, one.family)))),
      xdp: xdpCell(placed.map((one) => toXdp(atInput(one.placed, one.family)))),
      trace: traceCell(forms.map(({ node, family }) => typeof (matches[node.kind] as MatchMeaning<Match['kind']>)(node, compilation(family)) === 'function')),
    };
  });

/** XDP stands before INPUT: a test is asked there whatever its table. */
const atInput = ({ rule }: Placed, family: Family): Program => asProgram({ table: 'filter', chain: 'INPUT', rule, lossy: false }, family);

const dropped = (placed: Placed): Placed => ({ ...placed, rule: { ...placed.rule, jump: { kind: placed.table === 'nat' ? 'accept' : 'drop', source: placed.rule.source } as Jump } });

type Extended = keyof typeof jumps;

export const jumpRows = (): readonly Row[] =>
  Object.entries(jumpGenerators).map(([kind, generator]) => {
    const forms = drawn(generator as Drawing<Extract<Jump, { readonly kind: Extended }>>).map(({ node, family }) => ({ node: onGivenSets(node, family), family }));
    const programs = forms.map(({ node, family }) => asProgram(placeJump(node, family), family));
    return {
      name: jumpExtensions[kind as Extended].target,
      families: familiesCell((generator as Drawing<Jump>).families),
      nft: nftCell(programs.map(toNft)),
      xdp: 'passed on',
      trace: traceCell(forms.map(({ node, family }) => typeof (jumps[node.kind] as JumpMeaning<Extended>)(node as never, compilation(family)) === 'function')),
    };
  });
