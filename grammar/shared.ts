import type { HashlimitMatch } from '../src/ir/index.js';
import { log, type Log } from './report.js';
import { type TableState } from './state.js';

/** What the kernel checks of what rules share by name: tables of hashlimit count tokens, or match a rate, and not both. */
export function checkShared(tables: Iterable<TableState>, to: Log): void {
  const first = new Map<string, HashlimitMatch>();
  for (const table of tables) {
    for (const chain of table.chains.values()) {
      chain.entries.forEach(({ rule }, index) => {
        for (const match of rule.matches) {
          if (match.kind !== 'hashlimit') continue;
          const known = first.get(match.name);
          if (known === undefined) first.set(match.name, match);
          else if ((known.rateInterval === undefined) !== (match.rateInterval === undefined)) {
            const reason = `another rule counts in the table ${match.name} ${match.rateInterval === undefined ? 'with' : 'without'} --hashlimit-rate-match`;
            log(to, 'kernel-refuses', { extension: 'hashlimit', reason }, match.source, {
              spot: { table: table.name, chain: chain.name, rule: index + 1 },
              hint: 'give one of them another --hashlimit-name',
              related: [{ message: 'the other rule', file: to.file, line: known.source.line }],
            });
          }
        }
      });
    }
  }
}
