import { externalKey, type ExternalTest, externalTests, impliedBy, type Field, type Hook, type Interval, type Predicate, unreachable } from '../ir/index.js';
import { assignableBits } from './assignment.js';
import { ctStateCodes, fieldBits, type Layout, patternTakes } from './layout.js';
import { addressTypeCodes, addressTypeKey, opaqueKey } from './vocabulary.js';

/** Thrown where rules do what the text has no words for. */
export class NotInSmt extends Error {}

/** Collects what a text of SMT-LIB declares. Symbols are made of our own words and numbers; no input text becomes one. */
export interface Declarations {
  /** A bit vector, and its name in the text. */
  bits(meaning: string, width: number): string;
  bool(meaning: string): string;
  /** A yes or no that hangs on bit vectors in a way that is not known: its value for these terms. */
  unknown(meaning: string, terms: readonly { readonly term: string; readonly width: number }[]): string;
  /** What the values of a declared bit vector are limited to. */
  limit(term: string): void;
  readonly lines: readonly string[];
}

/** A line of a comment: no text of the input ends it. */
export const comment = (text: string): string => `; ${text.replace(/[^\x20-\x7e]/g, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)}`;

export function createDeclarations(): Declarations {
  const known = new Map<string, string>();
  const lines: string[] = [];
  const declare = (meaning: string, sort: string, from: readonly string[] = []): string => {
    const before = known.get(meaning);
    if (before !== undefined) return before;
    const symbol = `q${known.size}`;
    known.set(meaning, symbol);
    lines.push(comment(`${symbol}: ${meaning}`), `(declare-fun ${symbol} (${from.join(' ')}) ${sort})`);
    return symbol;
  };
  return {
    bits: (meaning, width) => declare(meaning, `(_ BitVec ${width})`),
    bool: (meaning) => declare(meaning, 'Bool'),
    unknown(meaning, terms) {
      const symbol = declare(meaning, 'Bool', terms.map(({ width }) => `(_ BitVec ${width})`));
      return terms.length === 0 ? symbol : `(${symbol} ${terms.map(({ term }) => term).join(' ')})`;
    },
    limit: (term) => void lines.push(`(assert ${term})`),
    lines,
  };
}

export const constant = (value: bigint | number, width: number): string => `(_ bv${BigInt.asUintN(width, BigInt(value))} ${width})`;
export const all = (terms: readonly string[]): string => (terms.length === 0 ? 'true' : terms.length === 1 ? (terms[0] ?? '') : `(and ${terms.join(' ')})`);
export const any = (terms: readonly string[]): string => (terms.length === 0 ? 'false' : terms.length === 1 ? (terms[0] ?? '') : `(or ${terms.join(' ')})`);

/** Where a predicate is asked, and how it reads what rules may have written. */
export interface TermContext {
  readonly hook: Hook;
  readonly tracked: boolean;
  readonly layout: Layout;
  readonly declarations: Declarations;
  /** The term of a written field; undefined where no rule writes it. */
  written(field: string): string | undefined;
}

const transportOffsets: { readonly [F in Field]?: number } = { 'transport.source-port': 0, 'transport.destination-port': 16, 'tcp.flags': 104, 'icmp.type': 0, 'icmp.code': 8, 'esp.spi': 0, 'ah.spi': 32 };
const transportBits = 112;

/** A field as a bit vector of its own width. Fields of the transport header are parts of one vector. */
export function fieldTerm(field: Field, context: TermContext): string {
  const written = context.written(field);
  if (written !== undefined) return written;
  const width = fieldBits(field, context.layout.family);
  const offset = transportOffsets[field];
  if (offset === undefined) return context.declarations.bits(field, width);
  const header = context.declarations.bits('transport header', transportBits);
  return `((_ extract ${transportBits - 1 - offset} ${transportBits - offset - width}) ${header})`;
}

export const stateTerm = (context: TermContext): string => {
  const term = context.declarations.bits('ct.state', 3);
  return term;
};

const stateIs = (names: readonly string[], context: TermContext): string => any(names.map((name) => `(= ${stateTerm(context)} ${constant(ctStateCodes.findIndex((state) => state === name), 3)})`));

/** The packet belongs to a connection. */
export function entryTerm(context: TermContext): string {
  const found = `(not ${stateIs(['INVALID', 'UNTRACKED'], context)})`;
  return context.tracked ? found : all([comesAttached(context), found]);
}

const comesAttached = ({ hook, declarations }: TermContext): string => (hook === 'PREROUTING' || hook === 'OUTPUT' ? declarations.bool('comes attached') : 'false');

export function predicateTerm(predicate: Predicate, context: TermContext): string {
  const { declarations, layout, hook } = context;
  const again = (inner: Predicate): string => predicateTerm(inner, context);
  switch (predicate.kind) {
    case 'constant':
      return String(predicate.value);
    case 'and':
      return all(predicate.operands.map(again));
    case 'or':
      return any(predicate.operands.map(again));
    case 'not':
      return `(not ${again(predicate.operand)})`;
    case 'field': {
      if (!context.tracked && predicate.field.startsWith('ct.')) throw new NotInSmt(`${predicate.field} in front of connection tracking`);
      const width = fieldBits(predicate.field, layout.family);
      return within(`(bvand ${fieldTerm(predicate.field, context)} ${constant(predicate.mask, width)})`, predicate.intervals, width);
    }
    case 'interface': {
      const nameless = String(patternTakes(predicate.pattern, ''));
      if (predicate.direction === 'in' ? hook === 'OUTPUT' : hook === 'PREROUTING' || hook === 'INPUT') return nameless;
      const { representatives } = layout.interfaces(predicate.direction);
      const term = declarations.bits(`${predicate.direction} interface, one of ${representatives.join(' ')}`, 16);
      const named = any(representatives.flatMap((name, code) => (patternTakes(predicate.pattern, name) ? [code === representatives.length - 1 ? `(bvuge ${term} ${constant(code, 16)})` : `(= ${term} ${constant(code, 16)})`] : [])));
      return predicate.direction === 'in' && hook === 'POSTROUTING' ? `(ite ${declarations.bool('sent by this host')} ${nameless} ${named})` : named;
    }
    case 'ct-state':
      return ctStateTerm(predicate.states, context);
    case 'address-type': {
      const last = addressTypeCodes.length - 1;
      const term = declarations.bits(`type of ${addressTypeKey(predicate.address, predicate.via)}`, 4);
      return any(predicate.types.map((type) => addressTypeCodes.indexOf(type)).map((code) => (code === last ? `(bvuge ${term} ${constant(code, 4)})` : `(= ${term} ${constant(code, 4)})`)));
    }
    case 'present':
      if (predicate.what.kind === 'connection') return entryTerm(context);
      if (predicate.what.kind === 'transport') return `(bvuge ${declarations.bits('transport bytes', 16)} ${constant(predicate.what.bytes, 16)})`;
      return declarations.bool(opaqueKey(predicate));
    case 'tcp-mss':
      return all([declarations.bool('mss present'), within(declarations.bits('mss', 16), [predicate.interval], 16)]);
    case 'set':
      return declarations.unknown(opaqueKey(predicate), everythingWritten(context));
    case 'external':
      if (externalTests[predicate.test.kind].state) throw new NotInSmt(`${predicate.test.kind}: a test with a state`);
      return all([
        ...(externalTests[predicate.test.kind].connection === true ? [entryTerm(context)] : []),
        ...impliedTerms(predicate.test, context),
        declarations.unknown(externalKey(predicate.test), everythingWritten(context)),
      ]);
    case 'tcp-option':
    case 'sctp-chunks':
      return declarations.bool(opaqueKey(predicate));
    case 'limit':
    case 'random':
    case 'nth':
      throw new NotInSmt(`${predicate.kind}: a test with a state`);
    default:
      return unreachable(predicate);
  }
}

function impliedTerms(test: ExternalTest, context: TermContext): readonly string[] {
  const implied = impliedBy(test);
  return implied === undefined ? [] : [predicateTerm({ kind: 'external', test: implied }, context)];
}

/** What elements of a set whose content is not given may look at beside the packet as it came. */
const everythingWritten = ({ written }: TermContext): readonly { readonly term: string; readonly width: number }[] =>
  Object.entries(assignableBits).flatMap(([field, width]) => {
    const term = written(field);
    return term === undefined ? [] : [{ term, width }];
  });

function ctStateTerm(states: readonly string[], context: TermContext): string {
  const status = (name: string, mask: number): readonly string[] =>
    states.includes(name) ? [all([`(not ${stateIs(['INVALID', 'UNTRACKED'], context)})`, `(distinct (bvand ${context.declarations.bits('ct.status', 32)} ${constant(mask, 32)}) ${constant(0, 32)})`])] : [];
  // Spare codes mean the last state.
  const last = ctStateCodes.length - 1;
  const plain = ctStateCodes.flatMap((state, code) => (states.includes(state) ? [code === last ? `(bvuge ${stateTerm(context)} ${constant(code, 3)})` : `(= ${stateTerm(context)} ${constant(code, 3)})`] : []));
  const found = any([...plain, ...status('SNAT', 1 << 4), ...status('DNAT', 1 << 5)]);
  return context.tracked ? found : `(ite ${comesAttached(context)} ${found} ${String(states.includes('INVALID'))})`;
}

const within = (term: string, intervals: readonly Interval[], width: number): string => {
  const end = (1n << BigInt(width)) - 1n;
  return any(
    intervals.filter(({ min }) => min <= end).map(({ min, max }) => (min === max ? `(= ${term} ${constant(min, width)})` : all([`(bvuge ${term} ${constant(min, width)})`, `(bvule ${term} ${constant(max > end ? end : max, width)})`]))),
  );
};
