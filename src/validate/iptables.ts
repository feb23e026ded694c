import { parse } from '../../grammar/index.js';
import { type CoreRuleset, type Family, identityOf, type Program } from '../ir/index.js';
import { lower } from '../lower/index.js';
import { iptablesInput } from '../verify/sides.js';
import { verify } from '../verify/verify.js';
import type { Validation } from './validation.js';

/** Reads canonical rules again and proves them equal to those they were printed from. Sets are whatever they are, on both sides. */
export function validateIptables(program: Program, printed: string, family: Family, options: { readonly budget?: number } = {}): Validation {
  const again: Program = { rulesets: [parse(printed, { file: 'output', family }).value], sets: program.sets };
  const [before, after] = [program, again].map((one) => lower(one).value.rulesets.map(bare).join());
  // Word for word the same needs no diagram.
  if (before === after) return { judge: 'reader', verification: { kind: 'equivalent', modulo: [], compared: [], notes: [] }, taken: 0 };
  return { judge: 'reader', verification: verify(iptablesInput(program, () => undefined), iptablesInput(again, () => undefined), options), taken: 0 };
}

/** The rules without their places in a file; tables and chains in an order of their own. */
function bare({ family, tracking, reassembly, tables }: CoreRuleset): string {
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  return identityOf({
    family,
    tracking,
    reassembly,
    tables: tables.toSorted(byName).map(({ name, chains }) => ({
      name,
      chains: chains.toSorted(byName).map(({ name: chain, base, rules }) => ({ chain, hook: base?.hook, policy: base?.policy, rules: rules.map(({ steps, action }) => ({ steps, action })) })),
    })),
  });
}
