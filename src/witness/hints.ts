import type { CoreRule, CoreRuleset, CoreTable, Field, Step } from '../ir/index.js';

/** Values that a rule asks for: a packet that it may well accept. */
export interface Hint {
  readonly fields: ReadonlyMap<Field, bigint>;
  /** Names of interfaces that the patterns take. */
  readonly in?: string;
  readonly out?: string;
}

/** Rules that are taken for hints at most. */
const mostHints = 60;

/** What the accepting rules of both sides say of the packets that they accept, with what led to them. Packets that are to come first are made so. */
export function hintsOf(rulesets: readonly CoreRuleset[]): readonly Hint[] {
  const seen = new Set<string>();
  const hints: Hint[] = [];
  for (const { tables } of rulesets) {
    for (const table of tables) {
      if (table.name !== 'filter') continue;
      const callers = callersOf(table);
      for (const { name, rules } of table.chains) {
        for (const rule of rules) {
          if (rule.action.kind !== 'accept') continue;
          const hint = hintOf([...wayTo(name, callers), rule].flatMap(({ steps }) => steps));
          const key = JSON.stringify([[...hint.fields].map(([field, value]) => `${field} ${value}`), hint.in, hint.out]);
          if (seen.has(key)) continue;
          seen.add(key);
          hints.push(hint);
        }
      }
    }
  }
  const every = Math.max(1, Math.ceil(hints.length / mostHints));
  return hints.filter((_, index) => index % every === 0);
}

function callersOf({ chains }: CoreTable): ReadonlyMap<string, { readonly chain: string; readonly rule: CoreRule }> {
  const callers = new Map<string, { readonly chain: string; readonly rule: CoreRule }>();
  for (const { name, rules } of chains) {
    for (const rule of rules) {
      const { action } = rule;
      if ((action.kind === 'jump' || action.kind === 'goto') && !callers.has(action.chain)) callers.set(action.chain, { chain: name, rule });
    }
  }
  return callers;
}

/** The jumps on one way to a chain. */
function wayTo(chain: string, callers: ReturnType<typeof callersOf>): readonly CoreRule[] {
  const way: CoreRule[] = [];
  for (let at = callers.get(chain); at !== undefined && way.length < 8; at = callers.get(at.chain)) way.unshift(at.rule);
  return way;
}

function hintOf(steps: readonly Step[]): Hint {
  const fields = new Map<Field, bigint>();
  let [incoming, outgoing]: (string | undefined)[] = [];
  for (const step of steps) {
    if (step.kind !== 'test') continue;
    const { predicate } = step;
    if (predicate.kind === 'field') {
      const [first] = predicate.intervals;
      if (first !== undefined) fields.set(predicate.field, first.min);
    } else if (predicate.kind === 'interface') {
      const { name, prefix } = predicate.pattern;
      if (predicate.direction === 'in') incoming = prefix ? `${name}0` : name;
      else outgoing = prefix ? `${name}0` : name;
    }
  }
  return { fields, ...(incoming === undefined ? {} : { in: incoming }), ...(outgoing === undefined ? {} : { out: outgoing }) };
}

const opposite: Readonly<Record<string, Field>> = {
  'ip.source': 'ip.destination', 'ip.destination': 'ip.source',
  'transport.source-port': 'transport.destination-port', 'transport.destination-port': 'transport.source-port',
};

/** What the answer to such a packet is like. */
export const answering = ({ fields, in: incoming, out: outgoing }: Hint): Hint => ({
  fields: new Map([...fields].map(([field, value]) => [opposite[field] ?? field, value] as const)),
  ...(outgoing === undefined ? {} : { in: outgoing }),
  ...(incoming === undefined ? {} : { out: incoming }),
});
