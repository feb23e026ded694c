import type { SctpChunk } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionUse, Word } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { formatPortRange, readPortRange } from '../values/port.js';
import { part, parts, placeOf } from '../values/reporter.js';
import { optional, printTest, readUses } from '../values/uses.js';
import { portOptions } from './ports.js';

/** Chunk types and the letters of their flag bits, the highest bit first. A dash is a letter too. */
const chunkTypes: readonly (readonly [name: string, type: number, flags: string])[] = [
  ['DATA', 0, '----IUBE'], ['INIT', 1, '--------'], ['INIT_ACK', 2, '--------'], ['SACK', 3, '--------'],
  ['HEARTBEAT', 4, '--------'], ['HEARTBEAT_ACK', 5, '--------'], ['ABORT', 6, '-------T'], ['SHUTDOWN', 7, '--------'],
  ['SHUTDOWN_ACK', 8, '--------'], ['ERROR', 9, '--------'], ['COOKIE_ECHO', 10, '--------'], ['COOKIE_ACK', 11, '--------'],
  ['ECN_ECNE', 12, '--------'], ['ECN_CWR', 13, '--------'], ['SHUTDOWN_COMPLETE', 14, '-------T'],
  ['I_DATA', 64, '----IUBE'], ['RE_CONFIG', 130, '--------'], ['PAD', 132, '--------'], ['ASCONF', 193, '--------'],
  ['ASCONF_ACK', 128, '--------'], ['FORWARD_TSN', 192, '--------'], ['I_FORWARD_TSN', 194, '--------'],
];

/** Types whose flags the kernel has room to test in one match. */
const flagSlots = 4;

/** iptables files flags under the place in its table: above this type they meet no chunk. */
const lastFlagged = 14;

interface Chunk extends SctpChunk {
  readonly written: boolean;
}

function readChunks(word: Word, context: DecodeContext): readonly SctpChunk[] | undefined {
  const whole = word.text.toUpperCase();
  if (whole === 'NONE') return [];
  if (whole === 'ALL') return Array.from({ length: 256 }, (_, type) => ({ type, flagMask: 0, flagValue: 0 }));
  const found = new Map<number, Chunk>();
  for (const one of parts(word, ',')) {
    if (one.text === '') continue;
    const chunk = readChunk(one, found, context);
    if (chunk === undefined) return undefined;
    found.set(chunk.type, chunk);
  }
  if ([...found.values()].filter((chunk) => chunk.written).length > flagSlots) {
    context.report('too-many-values', { text: word.text, max: `${flagSlots} types with flags` }, placeOf(word, context));
    return undefined;
  }
  return [...found.values()]
    .sort((left, right) => left.type - right.type)
    .map(({ type, flagMask, flagValue }) => ({ type, flagMask, flagValue }));
}

/** `NAME[:flags]`; what an earlier mention of the type set stays set. */
function readChunk(word: Word, found: ReadonlyMap<number, Chunk>, context: DecodeContext): Chunk | undefined {
  const colon = word.text.indexOf(':');
  const name = (colon < 0 ? word.text : word.text.slice(0, colon)).toUpperCase();
  const known = chunkTypes.find(([chunk]) => chunk === name);
  if (known === undefined) {
    context.report('bad-keyword', { text: name, expected: chunkTypes.map(([chunk]) => chunk).join(', ') }, placeOf(word, context));
    return undefined;
  }
  const [, type, letters] = known;
  const earlier = found.get(type);
  let flagMask = earlier?.flagMask ?? 0;
  let flagValue = earlier?.flagValue ?? 0;
  const flags = colon < 0 ? '' : word.text.slice(colon + 1);
  for (const letter of flags) {
    const at = letters.indexOf(letter.toUpperCase());
    if (at < 0) {
      context.report('bad-keyword', { text: letter, expected: letters.replace(/-/g, '') || 'no flags' }, placeOf(part(word, colon + 1), context));
      return undefined;
    }
    flagMask |= 0x80 >> at;
    if (/[A-Z]/.test(letter)) flagValue |= 0x80 >> at;
  }
  const written = earlier?.written === true || flags !== '';
  if (type <= lastFlagged || flags === '') return { type, flagMask, flagValue, written };
  context.report('value-ignored', { option: `${name}:${flags}`, reason: 'iptables 1.8.9 files the flags under another chunk type' }, placeOf(word, context));
  return { type, flagMask: 0, flagValue: 0, written };
}

function formatChunk({ type, flagMask, flagValue }: SctpChunk): string {
  const [name = '', , letters = ''] = chunkTypes.find(([, known]) => known === type) ?? [];
  const shown = [...letters].map((letter, at) => {
    const bit = 0x80 >> at;
    return (flagMask & bit) === 0 ? '' : (flagValue & bit) === 0 ? letter.toLowerCase() : letter;
  });
  return flagMask === 0 ? name : `${name}:${shown.join('')}`;
}

const formatChunks = (chunks: readonly SctpChunk[]): string =>
  chunks.length === 0 ? 'NONE' : chunks.length === 256 ? 'ALL' : chunks.map(formatChunk).join(',');

export const sctp: MatchExtension<'sctp'> = {
  kind: 'sctp',
  modules: ['sctp'],
  impliedBy: [132],
  families: [4, 6],
  options: [...portOptions, { name: 'chunk-types', arity: 2, negatable: true }],
  decode(given, context) {
    const uses = readUses(given);
    const sourcePort = uses.test('sport', (word) => readPortRange(word, context, 'sctp'));
    const destinationPort = uses.test('dport', (word) => readPortRange(word, context, 'sctp'));
    const use = given.find(({ name }) => name === 'chunk-types');
    const chunks = use === undefined ? undefined : readChunkTest(use, context);
    if (uses.failed || (use !== undefined && chunks === undefined)) return undefined;
    return {
      kind: 'sctp',
      source: context.source,
      ...optional('sourcePort', sourcePort),
      ...optional('destinationPort', destinationPort),
      ...optional('chunks', chunks === undefined ? undefined : { value: chunks, negated: use?.negated === true }),
    };
  },
  print: (match) =>
    printTest('sport', match.sourcePort, formatPortRange) +
    printTest('dport', match.destinationPort, formatPortRange) +
    printTest('chunk-types', match.chunks, ({ scope, chunks }) => `${scope} ${formatChunks(chunks)}`),
  needs: () => ({ protocols: [132], reason: 'reads the SCTP header, so it wants -p sctp' }),
};

function readChunkTest(use: OptionUse, context: DecodeContext) {
  const [scopeWord, listWord] = use.values;
  if (scopeWord === undefined || listWord === undefined) return undefined;
  const scope = readKeyword(scopeWord, context, ['all', 'any', 'only'] as const, 'caseless');
  const chunks = readChunks(listWord, context);
  return scope === undefined || chunks === undefined ? undefined : { scope, chunks };
}
