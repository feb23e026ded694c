import { addressBits, ctStates, type CtState, type Family, type Field, fields, type InterfacePattern } from '../ir/index.js';
import { asksSet, type Vocabulary } from './vocabulary.js';

/** Which variable is asked when. Levels count from 0; lists of levels begin with the most significant bit. */
export interface Layout {
  readonly family: Family;
  /** Number of variables so far. */
  readonly count: number;
  /** The variables in order, cut where one question ends and the next begins. It grows with `question`. */
  readonly blocks: readonly Block[];
  field(field: Field): readonly number[];
  /** Whether some rule reads or writes the field, so that it has variables. */
  knows(field: string): boolean;
  /** Whether some rule asks the question without a field. */
  asks(key: string): boolean;
  /** Interfaces that no pattern tells apart are one class; the classes are numbered in binary. */
  interfaces(direction: 'in' | 'out'): { readonly levels: readonly number[]; readonly representatives: readonly string[] };
  readonly ctState: readonly number[];
  /** Two bits of the entry's status; those of the field where some rule reads it. */
  readonly ctSnat: number;
  readonly ctDnat: number;
  /** What is attached to the packet before connection tracking looks at it: see `attachments`. */
  readonly attached: readonly number[];
  /** The packet comes with an entry to where connection tracking looks: it was looped back, or is this host's answer about another. */
  readonly comesAttached: number;
  /** No packet of the connection has passed the nat table before. */
  readonly first: number;
  /** This host has sent the packet, so that it has no incoming interface in POSTROUTING. */
  readonly sent: number;
  /** Class k of the transport header's length: it holds the first k of the thresholds, and not the next. */
  readonly transportLength: { readonly levels: readonly number[]; readonly thresholds: readonly number[] };
  /** The variable of a yes/no question. */
  opaque(key: string): number;
  /** The variables of a question that has no place of its own: behind all others, in the order in which they are first asked. */
  question(key: string, bits: number): readonly number[];
  addressType(key: string): readonly number[];
  /** Questions after sets. */
  readonly setQuestions: readonly string[];
  readonly mssPresent: number;
  readonly mssSize: readonly number[];
}

/** Adjacent variables that together answer one question. `name` is the question: a field, or words in brackets for what has no field. */
export interface Block {
  readonly name: string;
  readonly levels: readonly number[];
}

/** What may be attached to a packet in front of connection tracking, by code: nothing, the mark of NOTRACK, an entry of no flow (CT), the packet's own entry. */
export const attachments = { nothing: 0, untracked: 1, template: 2, entry: 3 } as const;

/** States by their code; spare codes mean the last. */
export const ctStateCodes: readonly CtState[] = ctStates;

const groups = ['in', 'source', 'state', 'out', 'destination', 'protocol', 'shape', 'flags', 'destination-port', 'source-port', 'other', 'mark', 'opaque'] as const;
type Group = (typeof groups)[number];

/**
 * Orders to try, the first first: which of two addresses or ports comes earlier is what decides between thousands and millions of nodes.
 * Addresses first is best where rules name them (`npm run bench:verify` measures): what follows an address is shared by packets of all
 * shapes. An interface comes right before the addresses behind it: rules for one network say both, or neither. Where most rules name
 * ports only, ports first is best.
 */
export const orders: readonly (readonly Group[])[] = [
  groups,
  ['in', 'out', 'state', 'shape', 'protocol', 'flags', 'destination', 'destination-port', 'source', 'source-port', 'other', 'mark', 'opaque'],
  ['protocol', 'destination-port', 'flags', 'in', 'out', 'state', 'shape', 'source-port', 'source', 'destination', 'other', 'mark', 'opaque'],
];

/** Fields that lie in the transport header share its bits: a type and a port are the same bytes under different protocols. */
const transportOffset = (field: Field): number | undefined => {
  const spec: { readonly bits: number | 'address'; readonly offset?: number } = fields[field];
  return spec.offset;
};

const groupOf = (field: Field): Group => {
  switch (field) {
    case 'ip.source':
      return 'source';
    case 'ip.destination':
      return 'destination';
    case 'ip.protocol':
      return 'protocol';
    case 'ip.fragment-offset':
    case 'fragment.offset':
      return 'shape';
    case 'packet.mark':
    case 'ct.mark':
      return 'mark';
    default:
      return 'other';
  }
};

export const fieldBits = (field: Field, family: Family): number => {
  const { bits } = fields[field];
  return bits === 'address' ? addressBits(family) : bits;
};

/** True when the pattern takes this name; the empty name stands for "no interface". */
export const patternTakes = (pattern: InterfacePattern, name: string): boolean => (pattern.prefix ? name.startsWith(pattern.name) : name === pattern.name);

/** One name for each class that the patterns tell apart. */
function interfaceClasses(patterns: readonly InterfacePattern[]): readonly string[] {
  const unusual = 'other0';
  const candidates = [...patterns.map((pattern) => pattern.name), ...patterns.filter((pattern) => pattern.prefix).flatMap((pattern) => [`${pattern.name}0`, `${pattern.name}~`]), unusual];
  const classes = new Map<string, string>();
  for (const name of candidates) {
    if (name === '') continue;
    const key = patterns.map((pattern) => (patternTakes(pattern, name) ? '1' : '0')).join('');
    if (!classes.has(key)) classes.set(key, name);
  }
  return [...classes.values()];
}

const bitsFor = (count: number): number => (count <= 1 ? 0 : (count - 1).toString(2).length);

/** Gives every question of the vocabulary its variables, in one of the orders. */
export function layoutFor(vocabulary: Vocabulary, family: Family, order: readonly Group[]): Layout {
  let next = 0;
  const blocks: Block[] = [];
  const take = (name: string, count: number): readonly number[] => {
    const levels = Array.from({ length: count }, () => next++);
    if (count > 0) blocks.push({ name, levels });
    return levels;
  };
  const classes = { in: interfaceClasses(vocabulary.patterns.in), out: interfaceClasses(vocabulary.patterns.out) };
  const fieldLevels = new Map<Field, readonly number[]>();
  const transport = new Map<number, number>();
  const interfaces = new Map<'in' | 'out', readonly number[]>();
  const opaque = new Map<string, number>();
  const types = new Map<string, readonly number[]>();
  const questions = new Map<string, readonly number[]>();
  let ctState: readonly number[] = [];
  let status: readonly number[] = [];
  let attached: readonly number[] = [];
  let passage: readonly number[] = [];
  let length: readonly number[] = [];
  let mss: readonly number[] = [];
  const takeTransport = (name: string, from: number, to: number): void => {
    if (usesTransport(from, to)) take(name, to - from).forEach((level, index) => transport.set(from + index, level));
  };
  const usesTransport = (from: number, to: number): boolean =>
    [...vocabulary.fields].some((field) => {
      const offset = transportOffset(field);
      return offset !== undefined && offset < to && offset + fieldBits(field, family) > from;
    });
  const takeFields = (group: Group): void => {
    for (const field of vocabulary.fields) if (transportOffset(field) === undefined && groupOf(field) === group) fieldLevels.set(field, take(field, fieldBits(field, family)));
  };
  const assign: { readonly [G in Group]: () => void } = {
    in: () => void interfaces.set('in', take('[in]', bitsFor(classes.in.length))),
    out: () => void interfaces.set('out', take('[out]', bitsFor(classes.out.length))),
    state: () => {
      ctState = take('[state]', 3);
      attached = take('[attached]', 2);
      passage = [...take('[comes attached]', 1), ...take('[first]', 1), ...take('[sent]', 1)];
      if (!vocabulary.fields.has('ct.status')) status = [...take('[snat]', 1), ...take('[dnat]', 1)];
    },
    shape: () => {
      takeFields('shape');
      length = take('[transport bytes]', bitsFor(vocabulary.transportBytes.length + 1));
      // Whether a header is there at all belongs to it.
      for (const key of vocabulary.opaque) if (key.startsWith('present ') && !opaque.has(key)) opaque.set(key, take(`[${key}]`, 1)[0] ?? -1);
    },
    protocol: () => {
      for (const key of vocabulary.opaque) if (key.startsWith('present {"kind":"protocol"')) opaque.set(key, take(`[${key}]`, 1)[0] ?? -1);
      takeFields('protocol');
    },
    flags: () => {
      takeTransport('tcp.flags', 104, 112);
      takeTransport('dccp.type', 67, 71);
    },
    destination: () => takeFields('destination'),
    'destination-port': () => takeTransport('transport.destination-port', 16, 32),
    source: () => takeFields('source'),
    'source-port': () => takeTransport('transport.source-port', 0, 16),
    other: () => {
      takeFields('other');
      takeTransport('ah.spi', 32, 64);
    },
    mark: () => takeFields('mark'),
    opaque: () => {
      for (const key of vocabulary.addressTypes) types.set(key, take(`[type of ${key}]`, 4));
      if (vocabulary.opaque.includes('mss')) mss = [...take('[mss present]', 1), ...take('[mss]', 16)];
      for (const key of vocabulary.opaque) if (key !== 'mss' && !opaque.has(key)) opaque.set(key, take(`[${key}]`, 1)[0] ?? -1);
    },
  };
  for (const group of order) assign[group]();
  const statusField = fieldLevels.get('ct.status');
  if (statusField !== undefined) status = [statusField[31 - 4] ?? -1, statusField[31 - 5] ?? -1];

  const must = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`no variable for ${what}: the vocabulary is not that of the rules`);
    return value;
  };
  const question = (key: string, bits: number): readonly number[] => {
    const known = questions.get(key) ?? take(`[${key}]`, bits);
    questions.set(key, known);
    return known;
  };
  return {
    family,
    get count() {
      return next;
    },
    blocks,
    field: (field) => {
      const offset = transportOffset(field);
      if (offset === undefined) return must(fieldLevels.get(field), field);
      return Array.from({ length: fieldBits(field, family) }, (_, bit) => must(transport.get(offset + bit), field));
    },
    knows: (field) => vocabulary.fields.has(field as Field),
    asks: (key) => vocabulary.opaque.includes(key),
    interfaces: (direction) => ({ levels: must(interfaces.get(direction), direction), representatives: classes[direction] }),
    ctState,
    ctSnat: must(status[0], 'SNAT'),
    ctDnat: must(status[1], 'DNAT'),
    transportLength: { levels: length, thresholds: vocabulary.transportBytes },
    attached,
    comesAttached: must(passage[0], 'what comes attached'),
    first: must(passage[1], 'the first packet'),
    sent: must(passage[2], 'who sends'),
    opaque: (key) => opaque.get(key) ?? must(question(key, 1)[0], key),
    question,
    addressType: (key) => must(types.get(key), key),
    setQuestions: vocabulary.opaque.filter(asksSet),
    mssPresent: mss[0] ?? -1,
    mssSize: mss.slice(1),
  };
}

/** Levels of a field, or of `ct.state`, `ct.snat`, `ct.dnat`, `attached`, `mss` (present, then the size), `tcp-option N`; undefined where no rule speaks of it. */
export function levelsOf(layout: Layout, field: string): readonly number[] | undefined {
  switch (field) {
    case 'ct.state':
      return layout.ctState;
    case 'ct.snat':
      return [layout.ctSnat];
    case 'ct.dnat':
      return [layout.ctDnat];
    case 'attached':
      return layout.attached;
    case 'mss':
      return layout.mssPresent < 0 ? undefined : [layout.mssPresent, ...layout.mssSize];
    default:
      if (field.startsWith('tcp-option ')) return layout.asks(field) ? [layout.opaque(field)] : undefined;
      return layout.knows(field) ? layout.field(field as Field) : undefined;
  }
}
