import { parse } from '../../grammar/index.js';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import type { AnyJumpExtension, AnyMatchExtension } from '../../grammar/extension.js';
import { builtinChains, tableNames, type Family, type Hook, type Jump, type Match, type Rule, type TableName, type Test } from '../../src/ir/index.js';
import { nowhere, type Drawn } from './draft.js';
import { formsOf, type FormGroup, type Forms } from './forms/form.js';
import { headers, link } from './forms/headers.js';
import { passing, rewriting, trackingJumps, translating } from './forms/jumps.js';
import { countingSets, setJumps, setMatches } from './forms/sets.js';
import { clock, counted, metadata, opaque, tracking } from './forms/state.js';
import type { Drawing } from './language.js';

/** A clause as parts of a rule. `protocol` is what its `-p` says. */
interface Form {
  readonly protocol?: Test<number>;
  readonly matches: readonly Drawn<Match>[];
  readonly jump?: Drawn<Jump>;
}

const groups: { readonly [G in FormGroup]: readonly Forms[] } = {
  headers: [headers], metadata: [metadata, setMatches], link: [link], tracking: [tracking], counted: [counted, countingSets], clock: [clock], opaque: [opaque],
};

const parsed = new Map<string, Rule | undefined>();

/** The rule that a clause makes in a place, or undefined where the kernel would not take it. */
function ruleOf(clause: string, family: Family, table: TableName, hook: Hook): Rule | undefined {
  const key = `${family} ${table} ${hook} ${clause}`;
  if (parsed.has(key)) return parsed.get(key);
  const { value, diagnostics } = parse(`*${table}\n-A ${hook} ${clause}\nCOMMIT\n`, { file: 'form', family });
  const rule = diagnostics.some(({ severity }) => severity === 'error') ? undefined : value.tables[0]?.chains.flatMap(({ rules }) => rules)[0];
  parsed.set(key, rule);
  return rule;
}

function formOf(clause: string, { family, table, hooks }: Drawing): Form | undefined {
  const rules = hooks.map((hook) => ruleOf(clause, family, table, hook));
  const [rule] = rules;
  if (rule === undefined || rules.includes(undefined)) return undefined;
  const { protocol } = rule.conditions;
  return { ...(protocol && { protocol }), matches: rule.matches.map((match) => drawnMatch(match, family)), ...(rule.jump && { jump: drawnJump(rule.jump, family) }) };
}

function drawnMatch(match: Match, family: Family): Drawn<Match> {
  // The extension of the match's own kind.
  const extension = matchExtensions[match.kind] as unknown as AnyMatchExtension;
  return { node: { ...match, source: nowhere }, name: extension.modules[0] ?? match.kind, words: extension.print(match as never, { family }) };
}

function drawnJump(jump: Jump, family: Family): Drawn<Jump> {
  if (!(jump.kind in jumpExtensions)) throw new Error(`no extension: ${jump.kind}`);
  const extension = jumpExtensions[jump.kind as keyof typeof jumpExtensions] as unknown as AnyJumpExtension;
  return { node: { ...jump, source: nowhere }, name: extension.target, words: extension.print(jump as never, { family }) };
}

/** Draws until a clause may stand here. */
function drawForm(drawing: Drawing, clauses: readonly string[], fits: (form: Form) => boolean): Form | undefined {
  for (let attempt = 0; attempt < 12 && clauses.length > 0; attempt++) {
    const form = formOf(drawing.random.pick(clauses), drawing);
    if (form !== undefined && fits(form)) return form;
  }
  return undefined;
}

const sameProtocol = (one: Test<number> | undefined, other: Test<number> | undefined): boolean => one?.value === other?.value && one?.negated === other?.negated;

/** Matches of the groups that the language has, and the `-p` that they want. */
export function drawForms(drawing: Drawing): Form {
  const { random, family, language } = drawing;
  const allowed = language.forms.filter((group) => (group !== 'tracking' || language.tracking) && (!language.frameOnly || group === 'headers' || group === 'link'));
  const lists = allowed.flatMap((group) => groups[group].filter((forms) => language.sets || forms !== setMatches).map((forms) => formsOf(forms, family)));
  const draw = (fits: (form: Form) => boolean): Form | undefined => (lists.length === 0 ? undefined : drawForm(drawing, random.pick(lists), fits));
  const first = draw(() => true);
  if (first === undefined) return { matches: [] };
  const second = random.chance(0.4) ? draw(({ protocol, matches }) => (protocol === undefined || sameProtocol(protocol, first.protocol)) && !matches.some(({ name }) => first.matches.some((one) => one.name === name))) : undefined;
  return { ...first, matches: [...first.matches, ...(second?.matches ?? [])] };
}

/** A jump of the language, under the `-p` that stands or that it brings; its own matches come before it. */
export function drawJumpForm(drawing: Drawing, protocol: Test<number> | undefined): Form | undefined {
  const { random, family, language, table } = drawing;
  const lists = [
    ...(language.rewrites ? [rewriting, rewriting] : []), ...(language.unseen ? [passing] : []), ...(language.tracking ? [trackingJumps, trackingJumps] : []), ...(language.sets && language.changes ? [setJumps] : []), ...(table === 'nat' ? [translating, translating, translating] : []),
  ].map((forms) => formsOf(forms, family).filter((clause) => (language.hash || !clause.includes('HMARK')) && (language.queues || !clause.includes('QUEUE'))));
  return lists.length === 0 ? undefined : drawForm(drawing, random.pick(lists), (form) => form.protocol === undefined || protocol === undefined || sameProtocol(form.protocol, protocol));
}

/** Every clause of every group and jump. */
export const drawnClauses = (family: Family): readonly string[] => [...Object.values(groups).flat(), rewriting, passing, trackingJumps, setJumps, translating].flatMap((forms) => formsOf(forms, family));

/** Tables and hooks where a clause may stand. */
export const places = (clause: string, family: Family): readonly string[] => tableNames.flatMap((table) => builtinChains[table].flatMap((hook) => (ruleOf(clause, family, table, hook) === undefined ? [] : [`${table} ${hook}`])));
