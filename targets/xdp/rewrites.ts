import type { CoreChain, CoreRule, CoreRuleset, CoreTable, Hook, TableName } from '../../src/ir/index.js';
import type { Rewritten } from './context.js';

/** The base chain of a table at a hook. */
export const baseChain = (ruleset: CoreRuleset, table: TableName, hook: Hook): { readonly table: CoreTable; readonly chain: CoreChain } | undefined => {
  const found = ruleset.tables.find((candidate) => candidate.name === table);
  const chain = found?.chains.find((candidate) => candidate.base?.hook === hook);
  return found === undefined || chain === undefined ? undefined : { table: found, chain };
};

/** Every chain that a packet may come to from `start`, itself first. */
export function reachable(table: CoreTable, start: CoreChain): readonly CoreChain[] {
  const seen = new Map<string, CoreChain>([[start.name, start]]);
  for (const chain of seen.values()) {
    for (const { action } of chain.rules) {
      if (action.kind !== 'jump' && action.kind !== 'goto') continue;
      const next = table.chains.find((candidate) => candidate.name === action.chain);
      if (next !== undefined) seen.set(next.name, next);
    }
  }
  return [...seen.values()];
}

/** Adds what the rules of these chains may rewrite in the packet, with the reason that a refusal names. */
export function addRewrites(rewritten: ReadonlyMap<Rewritten, string>, chains: readonly CoreChain[]): ReadonlyMap<Rewritten, string> {
  const out = new Map(rewritten);
  for (const { action } of chains.flatMap((chain) => chain.rules)) {
    if (action.kind === 'tcpmss') {
      out.set('tcp-options', 'TCP options that a rule may rewrite');
      out.set('ip.length', 'a length that a rule may change');
    }
    if (action.kind === 'outside' && action.jump.kind === 'tcpoptstrip') out.set('tcp-options', 'TCP options that a rule may strip');
    if (action.kind === 'outside' && action.jump.kind === 'dnpt') out.set('ip.destination', 'a destination that a rule may rewrite');
    if (action.kind === 'outside' && action.jump.kind === 'snpt') out.set('ip.source', 'a source that a rule may rewrite');
    if (action.kind === 'notrack' || action.kind === 'ct') out.set('tracking', 'a state that a rule may attach');
    if (action.kind === 'assign' && (action.to === 'ip.tos' || action.to === 'ip.ttl' || action.to === 'tcp.flags')) out.set(action.to, 'a header field that a rule may rewrite');
  }
  return out;
}

/** Rules that translate addresses, wherever they stand: replies of what they translated are mapped back before INPUT and FORWARD. */
export const translations = (ruleset: CoreRuleset): readonly (readonly [CoreTable, CoreChain, CoreRule])[] =>
  ruleset.tables.flatMap((table) =>
    table.chains.flatMap((chain) => chain.rules.filter((rule) => rule.action.kind === 'nat').map((rule) => [table, chain, rule] as const)),
  );

export function addTranslation(rewritten: ReadonlyMap<Rewritten, string>): ReadonlyMap<Rewritten, string> {
  const because = 'a destination that address translation may rewrite';
  return new Map([...rewritten, ['ip.destination', because], ['transport.destination-port', because]]);
}
