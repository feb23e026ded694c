import type { BpfInstruction, BpfMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { u64 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readUses } from '../values/uses.js';
import { programFault } from './bpf-check.js';

const instructionLimit = 64;
const pathLimit = 512;

/** strtoull held within 64 bits, of which 32 are kept. */
function cut32(text: string): number {
  const value = BigInt(text.replace('+', ''));
  return Number(BigInt.asUintN(32, value > u64 ? u64 : value));
}

/** `COUNT,code jt jf k,...` as sscanf reads it: decimal, each number cut to the width of its field. */
function readProgram(word: Word, context: DecodeContext): readonly BpfInstruction[] | undefined {
  const refuse = (problem: string): undefined => {
    context.report('bad-value', { option: 'bytecode', text: word.text, problem }, placeOf(word, context));
    return undefined;
  };
  const head = /^\s*([+-]?[0-9]+),/.exec(word.text);
  if (head === null) return refuse('does not begin with the number of instructions and a comma');
  const count = Number(head[1]) & 0xffff;
  if (count > instructionLimit) return refuse(`has more than ${instructionLimit} instructions`);
  if (count === 0) return refuse('has no instruction');
  const texts = word.text.slice(head[0].length).split(',');
  if (texts.at(-1) === '') texts.pop();
  if (texts.length !== count) return refuse(`says that it has ${count} instructions and has ${texts.length}`);
  const instructions: BpfInstruction[] = [];
  for (const [at, text] of texts.entries()) {
    const fields = /^\s*([+-]?[0-9]+)\s+([+-]?[0-9]+)\s+([+-]?[0-9]+)\s+([+-]?[0-9]+)/.exec(text);
    if (fields === null) return refuse(`has no four numbers at instruction ${at}`);
    const [code = 0, jumpTrue = 0, jumpFalse = 0, operand = 0] = fields.slice(1).map(cut32);
    instructions.push({ code: code & 0xffff, jumpTrue: jumpTrue & 0xff, jumpFalse: jumpFalse & 0xff, operand });
  }
  const fault = programFault(instructions);
  if (fault === undefined) return instructions;
  context.report('kernel-refuses', { extension: 'bpf', reason: fault }, placeOf(word, context));
  return undefined;
}

function readPath(word: Word, context: DecodeContext): string | undefined {
  if (word.text.length < pathLimit) return word.text;
  context.report('text-too-long', { option: 'object-pinned', max: pathLimit - 1, length: word.text.length }, placeOf(word, context));
  return undefined;
}

/** Whether a pinned object is there is not asked here. */
export const bpf: MatchExtension<'bpf'> = {
  kind: 'bpf',
  modules: ['bpf'],
  families: [4, 6],
  options: [
    { name: 'bytecode', arity: 1, excludes: ['object-pinned'] },
    { name: 'object-pinned', arity: 1, excludes: ['bytecode'] },
  ],
  decode(given, context): BpfMatch | undefined {
    const uses = readUses(given);
    const instructions = uses.value('bytecode', (word) => readProgram(word, context));
    const path = uses.value('object-pinned', (word) => readPath(word, context));
    if (uses.failed) return undefined;
    if (instructions !== undefined) return { kind: 'bpf', source: context.source, program: { kind: 'bytecode', instructions } };
    if (path !== undefined) return { kind: 'bpf', source: context.source, program: { kind: 'pinned', path } };
    context.report('option-needed', { extension: 'bpf', options: '--bytecode or --object-pinned' });
    return undefined;
  },
  print({ program }) {
    if (program.kind === 'pinned') return ` --object-pinned ${quoteIfNeeded(program.path)}`;
    const { instructions } = program;
    const lines = instructions.map(({ code, jumpTrue, jumpFalse, operand }) => `${code} ${jumpTrue} ${jumpFalse} ${operand}`);
    return ` --bytecode "${instructions.length},${lines.join(',')}"`;
  },
};
