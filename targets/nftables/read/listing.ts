import { diagnose, type Diagnostic } from '../../../src/diagnostics/index.js';
import { hooks, type Family, type Hook, type Source } from '../../../src/ir/index.js';
import type { NftBase, NftHelper } from '../ast.js';
import { asLoaded, type Form } from './as-loaded.js';
import { entryOf, isList, isObject, numberAt, textAt, type Json, type JsonObject } from './json-value.js';
import type { ListedChain, ListedMap, ListedRule, ListedScript, ListedSet, ListedStatement, ListedTable } from './listed.js';
import { mapEntries, statementOf, type Reading } from './statement.js';
import type { Notation } from './symbols.js';
import { partsOf, secondsOf } from './value.js';

/** One object of a listing: `{"rule": {...}}`. `source`: where the text has it, when it was text. */
export interface ListedObject {
  readonly json: Json;
  readonly source?: Source;
}

/** Builds the tree of what a listing declares, table by table. Tables that IP packets never meet are left out with a note. */
export function scriptOf(objects: readonly ListedObject[], file: string, form: Form): { readonly script: ListedScript; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tables = objects.flatMap(({ json, source }) => {
    const [kind, table] = entryOf(json) ?? [];
    if (kind !== 'table' || !isObject(table)) return [];
    const family = textAt(table, 'family') ?? 'ip';
    const name = textAt(table, 'name') ?? '';
    const own = objects.filter(({ json: other }) => {
      const [, body] = entryOf(other) ?? [];
      return isObject(body) && body['family'] === family && body['table'] === name;
    });
    if (family !== 'ip' && family !== 'ip6' && family !== 'inet') {
      diagnostics.push(diagnose('nft-table-left-out', { table: `${family} ${name}` }, { ...(source ?? nowhere), file }));
      return [];
    }
    const families: readonly Family[] = family === 'inet' ? [4, 6] : family === 'ip' ? [4] : [6];
    return families.map((one) => tableOf(one, name, family === 'inet', own, { file, form }, diagnostics));
  });
  return { script: { tables }, diagnostics };
}

const nowhere: Source = { line: 1, column: 1, endColumn: 1 };

function tableOf(family: Family, name: string, inet: boolean, own: readonly ListedObject[], { file, form }: { readonly file: string; readonly form: Form }, diagnostics: Diagnostic[]): ListedTable {
  const bodies = (wanted: string): readonly { readonly body: JsonObject; readonly source?: Source }[] =>
    own.flatMap(({ json, source }) => {
      const [kind, body] = entryOf(json) ?? [];
      return kind === wanted && isObject(body) ? [{ body, ...(source === undefined ? {} : { source }) }] : [];
    });
  const maps = bodies('map').map(({ body }) => ({ name: textAt(body, 'name') ?? '', map: mapOf(body, family) }));
  const reading: Reading = { family, inet, dynamic: new Set(maps.flatMap(({ name: map, map: read }) => (read === undefined ? [map] : []))) };
  const rules = new Map<string, ListedRule[]>();
  for (const { body, source } of bodies('rule')) {
    const chain = textAt(body, 'chain') ?? '';
    const before = rules.get(chain) ?? [];
    rules.set(chain, before);
    before.push(ruleOf(body, reading, source, { family: inet ? 'inet' : family === 4 ? 'ip' : 'ip6', table: name, chain, form }));
  }
  // nft 1.0.6 leaves the flag `dynamic` out of its JSON.
  const changed = new Set([...rules.values()].flat().flatMap(({ statements }) => statements.flatMap((statement) => (statement.kind === 'update' ? [statement.set] : []))));
  const chains = bodies('chain').flatMap(({ body, source }): readonly ListedChain[] => {
    const chain = textAt(body, 'name') ?? '';
    if (body['hook'] === undefined) return [{ name: chain, rules: rules.get(chain) ?? [] }];
    const base = baseOf(body);
    if (base === undefined) {
      diagnostics.push(diagnose('nft-table-left-out', { table: `chain ${chain} at ${String(body['hook'])}` }, { ...(source ?? nowhere), file }));
      return [];
    }
    return [{ name: chain, base, rules: rules.get(chain) ?? [] }];
  });
  return {
    family,
    name,
    ...(inet ? { inet: true } : {}),
    sets: bodies('set').map(({ body }) => setOf(body, family, changed)),
    maps: maps.flatMap(({ map }) => (map === undefined ? [] : [map])),
    helpers: bodies('ct helper').flatMap(({ body }) => helperOf(body)),
    chains,
  };
}

function baseOf(body: JsonObject): NftBase | undefined {
  const hook = String(body['hook']).toUpperCase();
  const type = body['type'];
  if (!hooks.includes(hook as Hook) || (type !== 'filter' && type !== 'nat' && type !== 'route')) return undefined;
  return { type, hook: hook as Hook, priority: numberAt(body, 'prio') ?? 0, policy: body['policy'] === 'drop' ? 'drop' : 'accept' };
}

function helperOf(body: JsonObject): readonly NftHelper[] {
  const [name, helper, protocol] = [textAt(body, 'name'), textAt(body, 'type'), body['protocol']];
  return name === undefined || helper === undefined || (protocol !== 'tcp' && protocol !== 'udp') ? [] : [{ name, helper, protocol }];
}

function ruleOf(body: JsonObject, reading: Reading, source: Source | undefined, place: { readonly family: string; readonly table: string; readonly chain: string; readonly form: Form }): ListedRule {
  const comment = textAt(body, 'comment');
  const handle = numberAt(body, 'handle');
  const listed = isList(body['expr']) ? body['expr'] : [];
  return {
    statements: asLoaded(listed.map((json, index) => unseen(statementOf(json, reading), json, `${place.family} ${place.table} ${place.chain} rule ${handle ?? source?.line ?? 0} part ${index + 1}`)), place.form, reading.family),
    ...(comment === undefined ? {} : { comment }),
    ...(source === undefined ? {} : { source }),
    ...(handle === undefined ? {} : { handle }),
  };
}

/** nft lists the parts that iptables-nft keeps in xtables' own form without what they ask, so no two are the same. */
function unseen(statement: ListedStatement, json: Json, place: string): ListedStatement {
  const [kind] = entryOf(json) ?? [];
  return kind === 'xt' && statement.kind === 'opaque' ? { ...statement, identity: `${statement.identity}, not in the listing, ${place}` } : statement;
}

const notations: Readonly<Record<string, Notation>> = {
  ipv4_addr: 'address', ipv6_addr: 'address', inet_proto: 'protocol', inet_service: 'port', mark: 'mark', ifname: 'interface', ether_addr: 'ethernet', ct_state: 'ct-state', ct_status: 'ct-status',
  ct_dir: 'direction', icmp_type: 'icmp-type', icmp_code: 'icmp-code', icmpv6_type: 'icmpv6-type', icmpv6_code: 'icmpv6-code', dscp: 'dscp', ecn: 'ecn', tcp_flag: 'tcp-flags', pkt_type: 'packet-type',
  fib_addrtype: 'fib-type', iface_type: 'device-type', iface_index: 'interface', uid: 'integer', gid: 'integer', integer: 'integer',
};

function keysOf(body: JsonObject): readonly { readonly notation: Notation }[] | undefined {
  const types = isList(body['type']) ? body['type'] : typeof body['type'] === 'string' ? body['type'].split(' . ') : [];
  const keys = types.map((type) => notations[String(type)]);
  return keys.length > 0 && keys.every((key) => key !== undefined) ? keys.map((notation) => ({ notation })) : undefined;
}

const changes = (body: JsonObject): boolean => {
  const flags = isList(body['flags']) ? body['flags'] : [body['flags'] ?? null];
  return flags.includes('dynamic');
};

/** A set of the other family's addresses, or of keys that are not known, is as good as dynamic: no lookup is answered from it. */
function setOf(body: JsonObject, family: Family, changed: ReadonlySet<string>): ListedSet {
  const name = textAt(body, 'name') ?? '';
  const keys = keysOf(body);
  const listed = isList(body['elem']) ? body['elem'] : [];
  const elements = listed.flatMap((element) => {
    const parts = keys === undefined ? undefined : partsOf(element, keys, family);
    return parts === undefined ? [] : [{ parts, ...secondsOf(element) }];
  });
  const unread = elements.length < listed.length;
  // Room and nothing in it: somebody else fills it.
  const open = body['size'] !== undefined && listed.length === 0;
  if (changes(body) || changed.has(name) || open || keys === undefined || unread) return { name, dynamic: true, elements, ...(unread ? { unread } : {}) };
  return { name, elements };
}

function mapOf(body: JsonObject, family: Family): ListedMap | undefined {
  const keys = keysOf(body);
  if (body['map'] !== 'verdict' || changes(body) || keys === undefined) return undefined;
  const entries = mapEntries(isList(body['elem']) ? body['elem'] : [], keys, family);
  return entries === undefined ? undefined : { name: textAt(body, 'name') ?? '', entries };
}
