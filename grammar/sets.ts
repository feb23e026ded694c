import type { Family, NamedSet, SetDimension, SetPart } from '../src/ir/index.js';
import type { Result } from '../src/diagnostics/index.js';
import type { Word } from './extension.js';
import { forEachLine, wholeLine } from './lines.js';
import { LineReporter, type Log } from './report.js';
import { type Draft, readElementOptions, readSetOptions } from './set-options.js';
import { type PartContext, readSetPart } from './set-parts.js';
import { didYouMean } from '../src/diagnostics/index.js';

/** The types that `ipset save` may name here, with what their elements hold. */
const types: ReadonlySet<string> = new Set([
  'hash:ip', 'hash:net', 'hash:mac', 'hash:ip,mac', 'hash:ip,mark', 'hash:net,net', 'hash:ip,port', 'hash:ip,port,ip', 'hash:ip,port,net', 'hash:net,port',
  'hash:net,port,net', 'hash:net,iface', 'bitmap:ip', 'bitmap:ip,mac', 'bitmap:port', 'list:set',
]);

/**
 * Reads what `ipset save` prints. Sets come in the order of their `create` lines. Of a line with an error nothing is kept, and an
 * option that is not known is an error, since it might change what the set holds.
 */
export function parseSets(text: string, options: { readonly file: string }): Result<readonly NamedSet[]> {
  const to: Log = { file: options.file, diagnostics: [] };
  const drafts = new Map<string, Draft>();
  forEachLine(text, to, (line) => {
    const source = wholeLine(line);
    const words = splitWords(line.text);
    const [command, ...rest] = words;
    if (command === undefined || command.text.startsWith('#')) return;
    const reporter = new LineReporter(to, source);
    if (command.text === 'create') create(rest, drafts, reporter);
    else if (command.text === 'add') add(rest, drafts, reporter);
    else reporter.report('bad-set-line', { text: command.text }, reporter.at(command));
  });
  return { value: [...drafts.values()].map((draft) => draft.set), diagnostics: to.diagnostics };
}

/** Blanks separate; double quotes hold a comment together. */
function splitWords(text: string): Word[] {
  return [...text.matchAll(/"([^"]*)"|[^ \t\r"]+/g)].map((found) => ({
    text: found[1] ?? found[0],
    column: found.index + 1,
    endColumn: found.index + found[0].length + 1,
  }));
}

function create(words: readonly Word[], drafts: Map<string, Draft>, reporter: LineReporter): void {
  const [name, type, ...options] = words;
  if (name === undefined || type === undefined) {
    reporter.report('missing-set-word', { what: name === undefined ? 'the name of the set' : 'the type of the set' });
    return;
  }
  if (drafts.has(name.text)) {
    reporter.report('set-exists', { name: name.text }, reporter.at(name));
    return;
  }
  if (!types.has(type.text)) {
    reporter.report('unknown-set-type', { type: type.text }, reporter.at(type), didYouMean(type.text, types));
    return;
  }
  const [method, dimensions] = splitType(type.text);
  const draft: Draft = {
    comments: false,
    infos: false,
    set: { name: name.text, method, dimensions, family: 4, elements: [], counters: false, source: reporter.source },
  };
  readSetOptions(options, draft, reporter);
  if (method === 'bitmap' && draft.set.range === undefined && !reporter.failed) reporter.report('missing-set-word', { what: 'range' });
  if (!reporter.failed) drafts.set(name.text, draft);
}

function splitType(type: string): [NamedSet['method'], readonly SetDimension[]] {
  const [method = '', dimensions = ''] = type.split(':');
  // The names were checked against the list of types.
  return [method as NamedSet['method'], dimensions.split(',') as SetDimension[]];
}

function add(words: readonly Word[], drafts: ReadonlyMap<string, Draft>, reporter: LineReporter): void {
  const [name, element, ...options] = words;
  if (name === undefined || element === undefined) {
    reporter.report('missing-set-word', { what: name === undefined ? 'the name of the set' : 'the element' });
    return;
  }
  const draft = drafts.get(name.text);
  if (draft === undefined) {
    reporter.report('no-such-set', { name: name.text }, reporter.at(name), didYouMean(name.text, drafts.keys()));
    return;
  }
  const parts = readParts(element, draft, drafts, reporter);
  const extras = readElementOptions(options, draft, reporter);
  if (reporter.failed || parts === undefined || extras === undefined) return;
  const { wildcard, ...kept } = extras;
  const taken = wildcard === true ? parts.map((part) => (part.kind === 'iface' ? { ...part, wildcard } : part)) : parts;
  draft.set.elements.push({ parts: taken, ...kept, source: reporter.source });
}

function readParts(element: Word, draft: Draft, drafts: ReadonlyMap<string, Draft>, reporter: LineReporter): readonly SetPart[] | undefined {
  const { dimensions, family, method } = draft.set;
  const texts = element.text.split(',');
  // The MAC of a bitmap:ip,mac element may be left open.
  const fewest = method === 'bitmap' ? 1 : dimensions.length;
  if (texts.length < fewest || texts.length > dimensions.length) {
    reporter.report('bad-set-element', { text: element.text, expected: `an element of ${method}:${dimensions.join(',')}` }, reporter.at(element));
    return undefined;
  }
  const context: PartContext = { family, set: draft.set };
  const parts: SetPart[] = [];
  for (const [at, text] of texts.entries()) {
    const dimension = dimensions[at];
    const part = dimension === undefined ? undefined : readSetPart(text, dimension, context);
    if (part === undefined || !inRange(part, draft)) {
      reporter.report('bad-set-element', { text, expected: expectation(dimension, family) }, reporter.at(element));
      return undefined;
    }
    if (part.kind === 'set' && !drafts.has(part.name)) {
      reporter.report('no-such-set', { name: part.name }, reporter.at(element), didYouMean(part.name, drafts.keys()));
      return undefined;
    }
    parts.push(part);
  }
  return parts;
}

function inRange(part: SetPart, { set: { range } }: Draft): boolean {
  if (range === undefined || (part.kind !== 'addresses' && part.kind !== 'port')) return true;
  return BigInt(part.min) >= range.min && BigInt(part.max) <= range.max;
}

function expectation(dimension: SetDimension | undefined, family: Family): string {
  switch (dimension) {
    case 'ip':
      return `an IPv${family} address within the set's range`;
    case 'net':
      return `an IPv${family} network`;
    case 'port':
      return 'a port, or PROTOCOL:PORT, within the set\'s range';
    case 'mac':
      return 'a MAC address';
    case 'mark':
      return 'a mark';
    case 'iface':
      return 'an interface name';
    default:
      return 'the name of a set';
  }
}
