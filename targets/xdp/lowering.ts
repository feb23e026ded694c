import type { CoreChain, CoreTable } from '../../src/ir/index.js';
import type { Scene, Session } from './context.js';

/** One table at one hook, on its way to C. */
export interface TableLowering {
  readonly session: Session;
  readonly scene: Scene;
  readonly table: CoreTable;
  readonly file: string;
  /** Names of the functions of chains, as far as they are functions. */
  readonly written: Map<string, string>;
  /** How many rules jump to a chain. */
  readonly callers: ReadonlyMap<string, number>;
  /** What the names of all functions of this table at this hook begin with. */
  readonly prefix: string;
  /** A name that no other local variable of this table has. */
  fresh(name: string): string;
}

/** The place in C that a rule is written to. `result` is the variable that gathers whether the chain comes back; absent where nobody asks. */
export interface Spot {
  readonly lowering: TableLowering;
  readonly chain: CoreChain;
  readonly function: string;
  readonly result?: string;
}

export const chainNamed = (table: CoreTable, name: string): CoreChain | undefined => table.chains.find((chain) => chain.name === name);

export function countCallers(chains: readonly CoreChain[]): ReadonlyMap<string, number> {
  const callers = new Map<string, number>();
  for (const { action } of chains.flatMap((chain) => chain.rules)) {
    if (action.kind === 'jump' || action.kind === 'goto') callers.set(action.chain, (callers.get(action.chain) ?? 0) + 1);
  }
  return callers;
}
