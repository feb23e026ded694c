import type { ListedRule, ListedScript, ListedTable } from './listed.js';

/**
 * A listing with the rules of which it does not tell all taken from the script that was loaded, and how many these are. Only where the
 * chain has as many rules in both: the listing stands otherwise.
 */
export function withScript(listed: ListedScript, script: ListedScript): { readonly script: ListedScript; readonly taken: number } {
  let taken = 0;
  const tableWith = (table: ListedTable): ListedTable => {
    const written = script.tables.find(({ family, name, inet }) => family === table.family && name === table.name && inet === table.inet);
    return {
      ...table,
      chains: table.chains.map((chain) => {
        const rules = written?.chains.find(({ name }) => name === chain.name)?.rules ?? [];
        if (rules.length !== chain.rules.length || !chain.rules.some(isUntold)) return chain;
        return {
          ...chain,
          rules: chain.rules.map((rule, index) => {
            const own = rules[index];
            if (own === undefined || !isUntold(rule)) return rule;
            taken += 1;
            return own;
          }),
        };
      }),
    };
  };
  const tables = listed.tables.map(tableWith);
  return { script: { tables }, taken };
}

const isUntold = ({ statements }: ListedRule): boolean => statements.some((statement) => statement.kind === 'opaque' && statement.untold === true);
