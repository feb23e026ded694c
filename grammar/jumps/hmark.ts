import { addressBits, prefixLength, type HmarkJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse, Word } from '../extension.js';
import { readHostMaskAlone } from '../values/address.js';
import { hex } from '../values/mask.js';
import { readNumber, u16, u32 } from '../values/number.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printValue, readUses } from '../values/uses.js';

/** What `--hmark-tuple` may name, in the order in which beginnings are tried, and the option that it stands for. */
const tupleParts = [
  ['ct', 'hmark-tuple'], ['src', 'hmark-src-prefix'], ['dst', 'hmark-dst-prefix'], ['sport', 'hmark-sport-mask'], ['dport', 'hmark-dport-mask'],
  ['proto', 'hmark-proto-mask'], ['spi', 'hmark-spi-mask'],
] as const;
type TuplePart = (typeof tupleParts)[number][0];

function readTuple(word: Word, context: DecodeContext): ReadonlySet<TuplePart> | undefined {
  const found = new Set<TuplePart>();
  for (const one of parts(word, ',')) {
    const folded = one.text.toLowerCase();
    const known = folded === '' ? undefined : tupleParts.find(([name]) => name.startsWith(folded));
    if (known === undefined) {
      context.report('bad-keyword', { text: one.text, expected: tupleParts.map(([name]) => name).join(', ') }, placeOf(one, context));
      return undefined;
    }
    found.add(known[0]);
  }
  return found;
}

/** `--hmark-tuple` sets whole masks; the option of that mask may stand before it, with no effect, but not behind it. */
function repeatedBehind(given: readonly OptionUse[], tuple: ReadonlySet<TuplePart>): OptionUse | undefined {
  const at = given.findIndex(({ name }) => name === 'hmark-tuple');
  return given.slice(at + 1).find(({ name }) => at >= 0 && tupleParts.some(([part, option]) => part !== 'ct' && option === name && tuple.has(part)));
}

function readPrefix(word: Word, context: DecodeContext): number | undefined {
  const mask = readHostMaskAlone(word, context.family, context);
  return mask === undefined ? undefined : prefixLength(context.family, mask);
}

const numbers = ['sport-mask', 'dport-mask', 'spi-mask', 'sport', 'dport', 'spi', 'proto-mask'] as const;

export const hmark: JumpExtension<'hmark'> = {
  kind: 'hmark',
  target: 'HMARK',
  families: [4, 6],
  options: ['tuple', 'src-prefix', 'dst-prefix', ...numbers, 'rnd', 'mod', 'offset'].map((name) => ({
    name: `hmark-${name}`,
    arity: 1,
    ...(name === 'rnd' || name === 'mod' ? { mandatory: true } : {}),
  })),
  decode(given, context): HmarkJump | undefined {
    const uses = readUses(given);
    const tuple = uses.value('hmark-tuple', (word) => readTuple(word, context)) ?? new Set<TuplePart>();
    const repeated = repeatedBehind(given, tuple);
    if (repeated !== undefined) context.report('repeated-option', { option: repeated.written }, placeOf(repeated.word, context));
    const whole = <T>(part: TuplePart, value: T, read: T | undefined): T | undefined => (tuple.has(part) ? value : read);
    const prefix = (name: string): number | undefined => uses.value(name, (word) => readPrefix(word, context));
    const number = (name: (typeof numbers)[number], max: number): number | undefined => uses.value(`hmark-${name}`, (word) => readNumber(word, context, max));
    const bits = addressBits(context.family);
    const parted = {
      ...optional('sourcePrefix', whole('src', bits, prefix('hmark-src-prefix'))),
      ...optional('destinationPrefix', whole('dst', bits, prefix('hmark-dst-prefix'))),
      ...optional('sourcePortMask', whole('sport', u16, number('sport-mask', u16))),
      ...optional('destinationPortMask', whole('dport', u16, number('dport-mask', u16))),
      ...optional('spiMask', whole('spi', u32, number('spi-mask', u32))),
      ...optional('sourcePortSet', number('sport', u16)),
      ...optional('destinationPortSet', number('dport', u16)),
      ...optional('spiSet', number('spi', u32)),
      ...optional('protocolMask', whole('proto', u16, number('proto-mask', u16))),
      ...optional('connection', tuple.has('ct') ? (true as const) : undefined),
    };
    const random = uses.value('hmark-rnd', (word) => readNumber(word, context, u32));
    const modulus = uses.value('hmark-mod', (word) => readNumber(word, context, u32, 1));
    const offset = uses.value('hmark-offset', (word) => readNumber(word, context, u32));
    if (uses.failed || repeated !== undefined || random === undefined || modulus === undefined || !coherent(parted, context)) return undefined;
    return { kind: 'hmark', source: context.source, ...parted, random, modulus, ...optional('offset', offset) };
  },
  print: (jump) =>
    printValue('hmark-src-prefix', jump.sourcePrefix) +
    printValue('hmark-dst-prefix', jump.destinationPrefix) +
    printHex('hmark-sport-mask', jump.sourcePortMask, 4) +
    printHex('hmark-dport-mask', jump.destinationPortMask, 4) +
    printHex('hmark-spi-mask', jump.spiMask, 8) +
    printHex('hmark-sport', jump.sourcePortSet, 4) +
    printHex('hmark-dport', jump.destinationPortSet, 4) +
    printHex('hmark-spi', jump.spiSet, 8) +
    printHex('hmark-proto-mask', jump.protocolMask, 2) +
    printHex('hmark-rnd', jump.random, 8) +
    printValue('hmark-mod', jump.modulus) +
    printValue('hmark-offset', jump.offset) +
    (jump.connection === true ? ' --hmark-tuple ct' : ''),
};

const printHex = (name: string, value: number | undefined, digits: number): string => printValue(name, value === undefined ? undefined : hex(value, digits));

type Parted = Omit<HmarkJump, 'kind' | 'source' | 'random' | 'modulus' | 'offset'>;

/** Ports and SPI share a field: both masks, or both values, cannot stand together. */
function coherent(parted: Parted, context: DecodeContext): boolean {
  if (Object.keys(parted).length === 0) {
    context.report('option-needed', { extension: 'HMARK', options: '--hmark-tuple, or a prefix, mask or value' });
    return false;
  }
  const either = (one: number | undefined, other: number | undefined): boolean => one !== undefined || other !== undefined;
  if (parted.spiMask !== undefined && either(parted.sourcePortMask, parted.destinationPortMask)) {
    context.report('options-exclude', { option: 'hmark-spi-mask', other: parted.sourcePortMask === undefined ? 'hmark-dport-mask' : 'hmark-sport-mask' });
    return false;
  }
  if (parted.spiSet !== undefined && either(parted.sourcePortSet, parted.destinationPortSet)) {
    context.report('kernel-refuses', { extension: 'HMARK', reason: 'ports and SPI share a field, so --hmark-spi stands beside neither --hmark-sport nor --hmark-dport' });
    return false;
  }
  return true;
}
