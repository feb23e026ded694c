import { diagnose, type Diagnostic, type Result } from '../../../src/diagnostics/index.js';
import type { Source } from '../../../src/ir/index.js';
import type { Json } from './json-value.js';
import type { ListedScript } from './listed.js';
import type { Form } from './as-loaded.js';
import { scriptOf, type ListedObject } from './listing.js';
import { ruleAt, verdictAt, type Variables } from './text-statement.js';
import { elementsOf } from './text-value.js';
import { cursorOf, numberOf, skipBreaks, stringOf, tokenize, Unreadable, wordOf, type Cursor, type Token } from './tokens.js';

/**
 * What `nft list ruleset` prints, and the scripts of this target: tables with their sets, maps, helpers, chains and rules; and those that
 * add these one by one. Undefined where the text is something else; the diagnostic says where. `form` tells the two apart: see
 * `as-loaded.ts`. A rule with a part that is not understood keeps it as opaque.
 */
export function readText(text: string, { file, form = 'listing' }: { readonly file: string; readonly form?: Form }): Result<ListedScript | undefined> {
  const cursor = cursorOf(tokenize(text));
  const objects: ListedObject[] = [];
  const variables = new Map<string, string>();
  try {
    for (skipBreaks(cursor); cursor.peek().kind !== 'end'; skipBreaks(cursor)) topLevel(cursor, objects, variables);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: undefined, diagnostics: [refused(error, file)] };
  }
  const { script, diagnostics } = scriptOf(objects, file, form);
  return { value: script, diagnostics: [...managed(text, file), ...diagnostics] };
}

/** nft says so above the table. */
const managed = (text: string, file: string): readonly Diagnostic[] =>
  text.split('\n').flatMap((line, index) => (/^# Warning: table .* is managed by iptables-nft/.test(line) ? [diagnose('nft-listing-of-iptables', {}, { file, line: index + 1, column: 1, endColumn: line.length + 1 })] : []));

const refused = ({ token, message }: Unreadable, file: string): Diagnostic =>
  diagnose('nft-listing', { reason: message }, { file, line: token.line, column: token.column, endColumn: token.column + Math.max(1, token.text.length) });

const sourceOf = ({ line, column, text }: Token): Source => ({ line, column, endColumn: column + text.length });

function topLevel(cursor: Cursor, objects: ListedObject[], variables: Map<string, string>): void {
  const start = cursor.peek();
  switch (wordOf(cursor, 'a table')) {
    case 'define': {
      const name = wordOf(cursor, 'a name');
      cursor.want('=');
      variables.set(name, stringOf(cursor, 'a value'));
      return;
    }
    case 'add':
      return addAt(cursor, start, objects, variables);
    case 'table':
      return tableAt(cursor, start, objects, variables);
    case 'delete':
    case 'flush':
      while (cursor.peek().kind !== 'break' && cursor.peek().kind !== 'end') cursor.next();
      return;
    default:
      throw new Unreadable(start, '`table`');
  }
}

interface Owner {
  readonly family: string;
  readonly table: string;
}

/** `add table`, and `add chain ip filter INPUT { ... }`, `add rule ip filter INPUT ...`, as the stock translator writes them. */
function addAt(cursor: Cursor, start: Token, objects: ListedObject[], variables: Variables): void {
  const kind = wordOf(cursor, '`table`, `chain`, `rule` or `set`');
  if (kind === 'table') return tableAt(cursor, start, objects, variables);
  if (kind !== 'chain' && kind !== 'rule' && kind !== 'set') throw new Unreadable(start, '`add table`, `add chain`, `add rule` or `add set`');
  const first = wordOf(cursor, 'a family or the name of a table');
  const owner = families.has(first) ? { family: first, table: wordOf(cursor, 'the name of a table') } : { family: 'ip', table: first };
  if (kind === 'chain') return chainAt(cursor, owner, start, objects, variables);
  if (kind === 'set') return void objects.push({ json: { set: { ...owner, ...setAt(cursor, false) } }, source: sourceOf(start) });
  const chain = wordOf(cursor, 'the name of a chain');
  objects.push({ json: { rule: { ...owner, chain, ...ruleAt(cursor, variables) } }, source: sourceOf(start) });
}

const families: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);

function tableAt(cursor: Cursor, start: Token, objects: ListedObject[], variables: Variables): void {
  const first = wordOf(cursor, 'a family or the name of a table');
  const [family, name] = cursor.peek().kind === 'word' ? [first, wordOf(cursor, 'the name of a table')] : ['ip', first];
  const known = objects.some(({ json }) => JSON.stringify(json) === JSON.stringify({ table: { family, name } }));
  if (!known) objects.push({ json: { table: { family, name } }, source: sourceOf(start) });
  if (!cursor.take('{')) return;
  const owner = { family, table: name };
  for (skipBreaks(cursor); !cursor.take('}'); skipBreaks(cursor)) blockAt(cursor, owner, objects, variables);
}

function blockAt(cursor: Cursor, owner: Owner, objects: ListedObject[], variables: Variables): void {
  const start = cursor.peek();
  const kind = wordOf(cursor, 'a chain or a set');
  const push = (json: Json): void => void objects.push({ json, source: sourceOf(start) });
  switch (kind) {
    case 'chain':
      return chainAt(cursor, owner, start, objects, variables);
    case 'set':
    case 'map':
      return push({ [kind]: { ...owner, ...setAt(cursor, kind === 'map') } });
    case 'ct':
      if (cursor.take('helper')) return push({ 'ct helper': { ...owner, ...helperAt(cursor) } });
      break;
    case 'flags':
    case 'comment':
    case 'type':
      while (cursor.peek().kind !== 'break' && cursor.peek().kind !== 'end') cursor.next();
      return;
    default:
      break;
  }
  passBlock(cursor);
}

/** An object that rules name: counter, quota, limit, flowtable, and whatever else has braces. */
function passBlock(cursor: Cursor): void {
  while (cursor.peek().text !== '{') {
    const token = cursor.next();
    if (token.kind === 'end' || token.kind === 'break') throw new Unreadable(token, '`{`');
  }
  let depth = 0;
  do {
    const token = cursor.next();
    if (token.kind === 'end') throw new Unreadable(token, '`}`');
    if (token.kind === 'sign' && token.text === '{') depth += 1;
    if (token.kind === 'sign' && token.text === '}') depth -= 1;
  } while (depth > 0);
}

function helperAt(cursor: Cursor): { readonly [key: string]: Json } {
  const name = wordOf(cursor, 'a name');
  const body: { [key: string]: Json } = { name };
  cursor.want('{');
  for (skipBreaks(cursor); !cursor.take('}'); skipBreaks(cursor)) {
    if (cursor.take('type')) body['type'] = stringOf(cursor, 'a helper');
    else if (cursor.take('protocol')) body['protocol'] = wordOf(cursor, 'a protocol');
    else cursor.next();
  }
  return body;
}

function setAt(cursor: Cursor, map: boolean): { readonly [key: string]: Json } {
  const body: { [key: string]: Json } = { name: wordOf(cursor, 'a name') };
  cursor.want('{');
  for (skipBreaks(cursor); !cursor.take('}'); skipBreaks(cursor)) {
    if (cursor.take('type')) {
      const types = [wordOf(cursor, 'a type')];
      while (cursor.take('.')) types.push(wordOf(cursor, 'a type'));
      body['type'] = types;
      if (cursor.take(':')) body['map'] = wordOf(cursor, 'a type');
    } else if (cursor.take('flags')) {
      const flags = [wordOf(cursor, 'a flag')];
      while (cursor.take(',')) flags.push(wordOf(cursor, 'a flag'));
      body['flags'] = flags;
    } else if (cursor.take('size')) {
      body['size'] = numberOf(cursor, 'a number');
    } else if (cursor.take('elements')) {
      cursor.want('=');
      body['elem'] = map ? elementsOf(cursor, body['map'] === 'verdict' ? verdictAt : (inner) => stringOf(inner, 'a value')) : elementsOf(cursor);
    } else while (cursor.peek().kind !== 'break' && cursor.peek().text !== '}') cursor.next();
  }
  return body;
}

const priorities: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 };

function chainAt(cursor: Cursor, owner: Owner, start: Token, objects: ListedObject[], variables: Variables): void {
  const name = wordOf(cursor, 'a name');
  const body: { [key: string]: Json } = { ...owner, name };
  const rules: ListedObject[] = [];
  if (!cursor.take('{')) return void objects.push({ json: { chain: body }, source: sourceOf(start) });
  for (skipBreaks(cursor); !cursor.take('}'); skipBreaks(cursor)) {
    const token = cursor.peek();
    if (cursor.take('type')) Object.assign(body, baseAt(cursor));
    else if (cursor.peek().text === 'policy' && token.kind === 'word') {
      cursor.next();
      body['policy'] = wordOf(cursor, 'a policy');
    } else if (token.kind === 'word' && token.text === 'comment' && rules.length === 0) {
      cursor.next();
      cursor.next();
    } else {
      const rule = ruleAt(cursor, variables);
      rules.push({ json: { rule: { ...owner, chain: name, ...rule } }, source: sourceOf(token) });
    }
  }
  objects.push({ json: { chain: body }, source: sourceOf(start) }, ...rules);
}

/** `filter hook input priority filter + 10`. */
function baseAt(cursor: Cursor): { readonly [key: string]: Json } {
  const type = wordOf(cursor, 'a type');
  cursor.want('hook');
  const hook = wordOf(cursor, 'a hook');
  while (cursor.peek().text !== 'priority') {
    const token = cursor.next();
    if (token.kind === 'break' || token.kind === 'end') throw new Unreadable(token, '`priority`');
  }
  cursor.next();
  const token = cursor.peek();
  const word = wordOf(cursor, 'a priority');
  const base = priorities[word] ?? (/^-?\d+$/.test(word) ? Number(word) : undefined);
  if (base === undefined) throw new Unreadable(token, 'a priority');
  const sign = cursor.take('+') ? 1 : cursor.take('-') ? -1 : 0;
  return { type, hook, prio: base + (sign === 0 ? 0 : sign * numberOf(cursor, 'a number')) };
}
