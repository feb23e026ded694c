import { builtinChains, tableNames, type TableName } from '../../src/ir/index.js';

/**
 * The text of iptables-save brought into the order that `fmt` prints: tables by name, built-in chains in hook order, user chains by
 * bytes, rules by chain, counters zero, no comments. Works on text alone, so that it shares nothing with what it judges.
 */
export function canonicalTables(saved: string): Map<string, string> {
  const tables = new Map<string, string>();
  let name = '';
  let chains: string[] = [];
  let rules = new Map<string, string[]>();
  for (const line of saved.split('\n')) {
    if (line.startsWith('#') || line === '') continue;
    if (line.startsWith('*')) {
      name = line.slice(1);
      chains = [];
      rules = new Map();
    } else if (line.startsWith(':')) {
      chains.push(line.replace(/\[\d+:\d+\]$/, '[0:0]'));
    } else if (line === 'COMMIT') {
      tables.set(name, tableText(name, chains, rules));
    } else {
      const rule = line.replace(/^\[\d+:\d+\] /, '');
      const chain = /^-A (\S+)/.exec(rule)?.[1] ?? '';
      rules.set(chain, [...(rules.get(chain) ?? []), rule]);
    }
  }
  return tables;
}

function tableText(name: string, chains: readonly string[], rules: ReadonlyMap<string, readonly string[]>): string {
  const isTable = (table: string): table is TableName => (tableNames as readonly string[]).includes(table);
  const builtin: readonly string[] = isTable(name) ? builtinChains[name] : [];
  const chainName = (line: string): string => /^:(\S+)/.exec(line)?.[1] ?? '';
  const rank = (line: string): number => {
    const at = builtin.indexOf(chainName(line));
    return at < 0 ? builtin.length : at;
  };
  const sorted = [...chains].sort((left, right) => rank(left) - rank(right) || Buffer.compare(Buffer.from(chainName(left)), Buffer.from(chainName(right))));
  return [`*${name}`, ...sorted, ...sorted.flatMap((line) => rules.get(chainName(line)) ?? []), 'COMMIT', ''].join('\n');
}
