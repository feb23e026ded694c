import type { Source } from '../ir/index.js';

/** A tree of scalars, sequences and mappings with the place of every node. JSON reads as what it is: flow YAML. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly text: string; readonly quoted: boolean; readonly source: Source }
  | { readonly kind: 'sequence'; readonly items: readonly YamlNode[]; readonly source: Source }
  | { readonly kind: 'mapping'; readonly entries: readonly YamlEntry[]; readonly source: Source };

export interface YamlEntry {
  readonly key: string;
  readonly keySource: Source;
  readonly value: YamlNode;
}

/** The first thing that could not be read, and where. */
export interface YamlProblem {
  readonly problem: string;
  readonly hint?: string;
  readonly source: Source;
}

/** Unwinds the reader to `readYaml`; never leaves this file. */
class Refusal extends Error {
  readonly fault: YamlProblem;

  constructor(fault: YamlProblem) {
    super(fault.problem);
    this.fault = fault;
  }
}

/**
 * Reads the subset of YAML that configuration files use: block mappings and sequences, flow collections (over several lines too),
 * plain and quoted scalars on one line, comments. Refuses everything else by name: anchors, tags, block scalars, several documents.
 */
export function readYaml(text: string): YamlNode | YamlProblem {
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof Refusal) return error.fault;
    throw error;
  }
}

export const isYamlProblem = (result: YamlNode | YamlProblem): result is YamlProblem => 'problem' in result;

/** Where the reader stands: a line and an offset into it, both from 0. */
interface Cursor {
  readonly lines: readonly string[];
  line: number;
  at: number;
}

const deepest = 64;

const current = (cursor: Cursor): string => cursor.lines[cursor.line] ?? '';

function place(cursor: Cursor, length = 1, at = cursor.at): Source {
  return { line: Math.min(cursor.line, cursor.lines.length - 1) + 1, column: at + 1, endColumn: at + 1 + length };
}

function refuse(cursor: Cursor, problem: string, hint?: string, source = place(cursor)): never {
  throw new Refusal({ problem, source, ...(hint === undefined ? {} : { hint }) });
}

function readDocument(text: string): YamlNode {
  const cursor: Cursor = { lines: text.replace(/^\uFEFF/, '').split(/\r?\n/), line: 0, at: 0 };
  skipBlank(cursor);
  if (/^---(\s*(#.*)?)?$/.test(current(cursor))) {
    cursor.line++;
    cursor.at = 0;
    skipBlank(cursor);
  }
  if (cursor.line >= cursor.lines.length) refuse(cursor, 'there is nothing in this file');
  const node = readBlock(cursor, 0);
  skipBlank(cursor);
  if (cursor.line < cursor.lines.length) {
    refuse(cursor, /^(---|\.\.\.)/.test(current(cursor)) ? 'one document a file' : 'this stands outside of what came before', 'indent it like its neighbours');
  }
  return node;
}

/** Moves to the next line that holds something; the cursor must stand at a line's begin or end. */
function skipBlank(cursor: Cursor): void {
  while (cursor.line < cursor.lines.length && /^\s*(#.*)?$/.test(current(cursor).slice(cursor.at))) {
    cursor.line++;
    cursor.at = 0;
  }
  if (cursor.line >= cursor.lines.length) return;
  const indent = /^ */.exec(current(cursor).slice(cursor.at))?.[0].length ?? 0;
  cursor.at += indent;
  if (current(cursor)[cursor.at] === '\t' && !/^\t*[[{\]}",]/.test(current(cursor).slice(cursor.at))) refuse(cursor, 'a tab cannot indent', 'use blanks');
}

/** A node that begins at the cursor; its column is its indentation. */
function readBlock(cursor: Cursor, depth: number): YamlNode {
  if (depth > deepest) refuse(cursor, 'this is nested too deeply');
  const rest = current(cursor).slice(cursor.at);
  if (/^-(\s|$)/.test(rest)) return readBlockSequence(cursor, depth);
  if (keyAt(cursor) !== undefined) return readBlockMapping(cursor, depth);
  const node = readInline(cursor, false, depth);
  endLine(cursor);
  return node;
}

function readBlockSequence(cursor: Cursor, depth: number): YamlNode {
  const indent = cursor.at;
  const source = place(cursor);
  const items: YamlNode[] = [];
  while (cursor.line < cursor.lines.length && cursor.at === indent && /^-(\s|$)/.test(current(cursor).slice(cursor.at))) {
    cursor.at += 1;
    const line = cursor.line;
    skipBlank(cursor);
    if (cursor.line >= cursor.lines.length || (cursor.line !== line && cursor.at <= indent)) refuse(cursor, 'an item is empty', undefined, { ...source, line: line + 1 });
    items.push(readBlock(cursor, depth + 1));
    skipBlank(cursor);
  }
  if (cursor.line < cursor.lines.length && cursor.at > indent) refuse(cursor, 'this is indented deeper than the item before');
  return { kind: 'sequence', items, source };
}

function readBlockMapping(cursor: Cursor, depth: number): YamlNode {
  const indent = cursor.at;
  const source = place(cursor);
  const entries: YamlEntry[] = [];
  while (cursor.line < cursor.lines.length && cursor.at === indent) {
    const key = keyAt(cursor);
    if (key === undefined) {
      if (/^-(\s|$)/.test(current(cursor).slice(cursor.at))) break;
      refuse(cursor, 'a key and a colon should stand here', 'write `key: value`');
    }
    if (entries.some((entry) => entry.key === key.text)) refuse(cursor, `${key.text} is given twice`);
    const keySource = place(cursor, key.length);
    const line = cursor.line;
    cursor.at = key.end;
    skipBlank(cursor);
    const nested = cursor.line !== line;
    const dash = /^-(\s|$)/.test(current(cursor).slice(cursor.at));
    if (cursor.line >= cursor.lines.length || (nested && !(cursor.at > indent || (dash && cursor.at === indent)))) refuse(cursor, `${key.text} has no value`, undefined, keySource);
    if (!nested && dash) refuse(cursor, 'a sequence begins on its own line');
    if (!nested && keyAt(cursor) !== undefined && !/^["'[{]/.test(current(cursor).slice(cursor.at))) refuse(cursor, 'a mapping begins on its own line');
    const value = nested ? readBlock(cursor, depth + 1) : readInline(cursor, false, depth);
    if (!nested) endLine(cursor);
    entries.push({ key: key.text, keySource, value });
    skipBlank(cursor);
  }
  if (cursor.line < cursor.lines.length && cursor.at > indent) refuse(cursor, 'this is indented deeper than the key before');
  return { kind: 'mapping', entries, source };
}

/** The key at the cursor, when `key:` stands there outside of flow collections. `end` is the offset behind the colon. */
function keyAt(cursor: Cursor): { readonly text: string; readonly length: number; readonly end: number } | undefined {
  const rest = current(cursor).slice(cursor.at);
  const parts = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'[\]{},#&*!|>%@`?:-][^:#]*?|[A-Za-z0-9_][^:#]*?))\s*:(?=\s|$)/.exec(rest);
  if (parts === null) return undefined;
  const text = parts[1] ?? parts[2] ?? parts[3] ?? '';
  return { text, length: parts[0].length - 1, end: cursor.at + parts[0].length };
}

function endLine(cursor: Cursor): void {
  const rest = current(cursor).slice(cursor.at);
  if (!/^(\s+#.*|\s*)$/.test(rest)) {
    cursor.at += /^\s*/.exec(rest)?.[0].length ?? 0;
    refuse(cursor, 'the line should end here', 'quote the value if this belongs to it');
  }
  cursor.line++;
  cursor.at = 0;
}

/** A scalar or a flow collection. */
function readInline(cursor: Cursor, inFlow: boolean, depth: number): YamlNode {
  if (depth > deepest) refuse(cursor, 'this is nested too deeply');
  const first = current(cursor)[cursor.at] ?? '';
  if (first === '[') return readFlowSequence(cursor, depth);
  if (first === '{') return readFlowMapping(cursor, depth);
  if (first === '"') return readDoubleQuoted(cursor);
  if (first === "'") return readSingleQuoted(cursor);
  return readPlain(cursor, inFlow);
}

/** Moves over blanks, line ends and comments inside a flow collection. */
function skipFlow(cursor: Cursor): void {
  for (;;) {
    const rest = current(cursor).slice(cursor.at);
    const blank = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
    const comment = rest[blank] === '#' && (blank > 0 || cursor.at === 0);
    if (blank < rest.length && !comment) {
      cursor.at += blank;
      return;
    }
    if (cursor.line + 1 >= cursor.lines.length) refuse(cursor, 'a bracket is not closed');
    cursor.line++;
    cursor.at = 0;
  }
}

function readFlowSequence(cursor: Cursor, depth: number): YamlNode {
  const source = place(cursor);
  const items: YamlNode[] = [];
  cursor.at++;
  for (skipFlow(cursor); current(cursor)[cursor.at] !== ']'; skipFlow(cursor)) {
    items.push(readInline(cursor, true, depth + 1));
    skipFlow(cursor);
    if (current(cursor)[cursor.at] === ',') cursor.at++;
    else if (current(cursor)[cursor.at] !== ']') refuse(cursor, 'a comma or ] should stand here');
  }
  cursor.at++;
  return { kind: 'sequence', items, source };
}

function readFlowMapping(cursor: Cursor, depth: number): YamlNode {
  const source = place(cursor);
  const entries: YamlEntry[] = [];
  cursor.at++;
  for (skipFlow(cursor); current(cursor)[cursor.at] !== '}'; skipFlow(cursor)) {
    const key = readInline(cursor, true, depth + 1);
    if (key.kind !== 'scalar') refuse(cursor, 'a key is a plain word', undefined, key.source);
    if (entries.some((entry) => entry.key === key.text)) refuse(cursor, `${key.text} is given twice`, undefined, key.source);
    skipFlow(cursor);
    if (current(cursor)[cursor.at] !== ':') refuse(cursor, 'a colon should stand here', 'write `key: value`');
    cursor.at++;
    skipFlow(cursor);
    if (/[,}]/.test(current(cursor)[cursor.at] ?? '')) refuse(cursor, `${key.text} has no value`);
    entries.push({ key: key.text, keySource: key.source, value: readInline(cursor, true, depth + 1) });
    skipFlow(cursor);
    if (current(cursor)[cursor.at] === ',') cursor.at++;
    else if (current(cursor)[cursor.at] !== '}') refuse(cursor, 'a comma or } should stand here');
  }
  cursor.at++;
  return { kind: 'mapping', entries, source };
}

function readDoubleQuoted(cursor: Cursor): YamlNode {
  const parts = /^"((?:[^"\\]|\\.)*)"/.exec(current(cursor).slice(cursor.at));
  if (parts === null) return refuse(cursor, 'this quote is not closed on its line');
  const source = place(cursor, parts[0].length);
  const text = (parts[1] ?? '').replace(/\\(u[0-9a-fA-F]{4}|.)/g, (escape, what: string) => {
    if (what.length === 5) return String.fromCharCode(Number.parseInt(what.slice(1), 16));
    const simple: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
    return simple[what] ?? refuse(cursor, `the escape ${escape} is not read here`);
  });
  cursor.at += parts[0].length;
  return { kind: 'scalar', text, quoted: true, source };
}

function readSingleQuoted(cursor: Cursor): YamlNode {
  const parts = /^'((?:[^']|'')*)'/.exec(current(cursor).slice(cursor.at));
  if (parts === null) return refuse(cursor, 'this quote is not closed on its line');
  const source = place(cursor, parts[0].length);
  cursor.at += parts[0].length;
  return { kind: 'scalar', text: (parts[1] ?? '').replaceAll("''", "'"), quoted: true, source };
}

const forbidden: Readonly<Record<string, string>> = {
  '&': 'anchors are not read here', '*': 'aliases are not read here', '!': 'tags are not read here', '|': 'block scalars are not read here', '>': 'block scalars are not read here',
  '%': 'directives are not read here', '@': 'a value cannot begin with @', '`': 'a value cannot begin with `', '?': 'complex keys are not read here',
};

function readPlain(cursor: Cursor, inFlow: boolean): YamlNode {
  const rest = current(cursor).slice(cursor.at);
  const first = rest[0] ?? '';
  const reason = forbidden[first];
  if (reason !== undefined) return refuse(cursor, reason, 'quote the value if it is meant as text');
  // A colon before a blank ends a plain scalar, so does a comment; in flow collections also brackets and commas.
  const parts = (inFlow ? /^(?:[^\s,[\]{}:#]|:(?![\s,[\]{}]|$)|(?<=\S)#|[ \t]+(?=[^\s#,[\]{}:]|:(?![\s,[\]{}]|$)))+/ : /^(?:[^\s:#]|:(?!\s|$)|(?<=\S)#|[ \t]+(?=[^\s#]))+/).exec(rest);
  if (parts === null) return refuse(cursor, 'a value should stand here');
  const source = place(cursor, parts[0].length);
  cursor.at += parts[0].length;
  return { kind: 'scalar', text: parts[0], quoted: false, source };
}
