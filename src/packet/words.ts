import { diagnose, type Code, type catalogue, type Diagnostic, type Parameters, type Result } from '../diagnostics/index.js';
import type { PacketInput } from '../ir/index.js';
import { assemble } from './assemble.js';
import { parseAddress, type Address } from './address.js';
import { nearest } from '../diagnostics/index.js';
import { portProtocols, protocolNumbers } from './protocols.js';
import { tcpFlags, type TcpFlag } from './transport.js';
import { readNumber, wordAliases, wordKeys, type WordKey, type WordValues } from './word-keys.js';

/** One word of the text, columns from 1. `>` is a word of its own wherever it stands. */
export interface PacketWord {
  readonly text: string;
  readonly column: number;
  readonly endColumn: number;
}

/** A packet in words once it is read: what was said, and which word said it. */
export interface PacketWords {
  readonly protocol: number;
  readonly source: Address & { readonly port?: number };
  readonly destination: Address & { readonly port?: number };
  readonly flags?: number;
  readonly local: boolean;
  readonly values: { readonly [K in WordKey]?: WordValues[K] };
  /** Where a key, `local` or `flags` stood. */
  readonly places: ReadonlyMap<string, PacketWord>;
  readonly protocolWord: PacketWord;
  readonly sourceWord: PacketWord;
  readonly destinationWord: PacketWord;
}

export type ReportWord = <C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, word: PacketWord, hint?: string) => void;

export interface WordsOptions {
  /** `1` unless given. */
  readonly id?: string;
  /** How diagnostics name the text; `--packet` unless given. */
  readonly file?: string;
}

const example = "for example 'tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0'";

/**
 * Reads one packet as a person writes it: `PROTO SRC[:PORT] > DST[:PORT] [FLAGS] [in IFACE | local] [key value]...`. Absent parts
 * are those of a plain packet: TTL 64, TCP SYN, ICMP echo request, source port 40000. `length` below the size of the headers cuts the
 * transport header short. Undefined when there is an error.
 */
export function parseWords(text: string, options: WordsOptions = {}): Result<PacketInput | undefined> {
  const diagnostics: Diagnostic[] = [];
  const report: ReportWord = (code, parameters, word, hint) => {
    diagnostics.push(diagnose(code, parameters, { file: options.file ?? '--packet', line: 1, column: word.column, endColumn: word.endColumn }, hint === undefined ? {} : { hint }));
  };
  const words = split(text);
  const end: PacketWord = { text: '', column: text.length + 1, endColumn: text.length + 2 };
  const read = readHead(words, end, report);
  const failed = (): boolean => diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  if (read === undefined || failed()) return { value: undefined, diagnostics };
  const input = assemble(read, options.id ?? '1', report);
  return { value: failed() ? undefined : input, diagnostics };
}

function split(text: string): readonly PacketWord[] {
  return [...text.matchAll(/>|[^\s>]+/g)].map((match) => ({ text: match[0], column: match.index + 1, endColumn: match.index + 1 + match[0].length }));
}

function readHead(words: readonly PacketWord[], end: PacketWord, report: ReportWord): PacketWords | undefined {
  const [protocolWord, sourceWord, arrow, destinationWord, ...rest] = words;
  if (protocolWord === undefined) return void report('packet-incomplete', { part: 'a protocol' }, end, example);
  const name = protocolWord.text.toLowerCase();
  const protocol = Object.hasOwn(protocolNumbers, name) ? protocolNumbers[name] : readNumber(name, 255);
  if (protocol === undefined) {
    const close = nearest(name, Object.keys(protocolNumbers));
    report('packet-protocol', { text: protocolWord.text }, protocolWord, close === undefined ? example : `did you mean ${close}?`);
  }
  if (sourceWord === undefined) return void report('packet-incomplete', { part: 'the source address' }, end, example);
  if (arrow?.text !== '>') return void report('packet-incomplete', { part: '`>`' }, arrow ?? end, 'the packet goes from SRC > DST; in a shell, put the whole packet in quotes');
  if (destinationWord === undefined) return void report('packet-incomplete', { part: 'the destination address' }, end, example);
  const source = readEnd(sourceWord, protocol, report);
  const destination = readEnd(destinationWord, protocol, report);
  if (source !== undefined && destination !== undefined && source.family !== destination.family) {
    report('packet-families', { source: sourceWord.text, destination: destinationWord.text }, destinationWord);
  }
  const tail = readTail(rest, end, report);
  if (protocol === undefined || source === undefined || destination === undefined) return undefined;
  return { protocol, source, destination, ...tail, protocolWord, sourceWord, destinationWord };
}

/** `10.0.0.5:22`, `[2001:db8::5]:22`, `2001:db8::5`. */
function readEnd(word: PacketWord, protocol: number | undefined, report: ReportWord): PacketWords['source'] | undefined {
  const parts = /^\[([^\]]*)\](?::(.*))?$/.exec(word.text) ?? /^([^:]*):([^:]*)$/.exec(word.text);
  const [address, port] = parts === null ? [word.text, undefined] : [parts[1] ?? '', parts[2]];
  const parsed = parseAddress(address);
  if (parsed === undefined) return void report('packet-address', { text: word.text }, word, /[a-z]/i.test(address) && !address.includes(':') ? 'host names are not looked up; write the address' : undefined);
  if (port === undefined) return parsed;
  const number = readNumber(port, 65535);
  if (number === undefined) return void report('packet-port', { text: port === '' ? 'nothing' : port }, word, 'write the number, from 0 to 65535');
  if (protocol !== undefined && !portProtocols.includes(protocol)) return void report('packet-port', { text: port }, word, 'this protocol has no ports');
  return { ...parsed, port: number };
}

type Tail = Pick<PacketWords, 'flags' | 'local' | 'values' | 'places'>;

function readTail(words: readonly PacketWord[], end: PacketWord, report: ReportWord): Tail {
  const places = new Map<string, PacketWord>();
  let values: Tail['values'] = {};
  let flags: number | undefined;
  let at = 0;
  const next = (): PacketWord | undefined => words[at++];
  for (let word = next(); word !== undefined; word = next()) {
    const bits = readFlags(word.text);
    if (bits !== undefined) {
      flags = (flags ?? 0) | bits;
      if (!places.has('flags')) places.set('flags', word);
      continue;
    }
    const name = word.text.toLowerCase();
    if (name === 'local') {
      if (places.has('local')) report('packet-repeated', { key: 'local' }, word);
      places.set('local', word);
      continue;
    }
    const key = keyOf(name);
    if (key === undefined) {
      reportUnknown(word, report);
      // A key with a value, most likely: what follows is not judged on its own.
      if (words[at] !== undefined && keyOf(words[at]?.text ?? '') === undefined) at++;
      continue;
    }
    if (key === 'forward') {
      const out = next();
      if (out?.text !== 'out') {
        report('packet-incomplete', { part: '`out IFACE`' }, out ?? end, 'write `forward out IFACE`');
        continue;
      }
    }
    const value = next();
    if (value === undefined) {
      report('packet-incomplete', { part: `the value of ${key}` }, end, `${key} wants ${wordKeys[key].wanted}`);
      break;
    }
    if (places.has(key)) report('packet-repeated', { key }, word);
    places.set(key, word);
    const parsed = wordKeys[key].read(value.text);
    if (parsed === undefined) report('packet-value', { key, wanted: wordKeys[key].wanted, text: value.text }, value, hintFor(key, value.text));
    else values = { ...values, [key]: parsed };
  }
  return { ...(flags === undefined ? {} : { flags }), local: places.has('local'), values, places };
}

function hintFor(key: WordKey, text: string): string | undefined {
  if ((key === 'uid' || key === 'gid' || key === 'groups') && /^[a-z_]/i.test(text)) return 'write the number; names differ from machine to machine';
  return undefined;
}

const keyOf = (name: string): WordKey | undefined => {
  const known = Object.keys(wordKeys).find((key): key is WordKey => key === name);
  return known ?? (Object.hasOwn(wordAliases, name) ? wordAliases[name] : undefined);
};

function reportUnknown(word: PacketWord, report: ReportWord): void {
  if (word.text.toLowerCase() === 'out') return report('packet-word', { text: word.text }, word, 'where a packet leaves is the routing\'s choice; without a topology write `forward out IFACE`');
  const close = nearest(word.text, [...Object.keys(wordKeys), ...Object.keys(tcpFlags), 'local']);
  report('packet-word', { text: word.text }, word, close === undefined ? `keys are ${Object.keys(wordKeys).join(', ')}` : `did you mean ${close}?`);
}

/** `syn`, `syn,ack`, `SYN+ACK`, `none`. */
function readFlags(text: string): number | undefined {
  const names = text.toLowerCase().split(/[,+|]/);
  if (names.length === 1 && names[0] === 'none') return 0;
  const isFlag = (name: string): name is TcpFlag => Object.hasOwn(tcpFlags, name);
  const known = names.filter(isFlag);
  return known.length === names.length ? known.reduce((bits, name) => bits | tcpFlags[name], 0) : undefined;
}
