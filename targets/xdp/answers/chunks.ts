import type { SctpChunk } from '../../../src/ir/index.js';
import { answer, hex, inner } from './text.js';

/** What is asked of the chunks; `whole`: whether the walk comes to its decision before a cut-off chunk or one of length 0. */
export interface ChunkQuestion {
  readonly scope: 'all' | 'any' | 'only';
  readonly chunks: readonly SctpChunk[];
  readonly whole: boolean;
}

/** Chunks are 4 bytes at least. */
const rounds = 14;

/**
 * One chunk after another. The walk's state is a word: where it is, and above that which chunks are missing; `DECIDED` with the
 * answer, and with `BROKEN` where a chunk is cut off.
 */
export function chunksText(name: string, { scope, chunks, whole }: ChunkQuestion): readonly string[] {
  const types = [...new Set(chunks.map(({ type }) => type))];
  const decide = (value: boolean): string => `return ${hex((1n << 63n) | (value ? 1n : 0n))};`;
  const cases = types.flatMap((type, index) => {
    const flagged = chunks.find((chunk) => chunk.type === type && chunk.flagMask !== 0);
    return [`\tcase ${type}:`, `\t\tholds = ${flagged === undefined ? '1' : `(byte_at(context, at + 1) & ${flagged.flagMask}) == ${flagged.flagValue}`};`, `\t\tbit = ${hex(1 << index)};`, '\t\tbreak;'];
  });
  const verdict = scope === 'any' ? ['if (holds)', `\t${decide(true)}`] : scope === 'only' ? ['if (!holds)', `\t${decide(false)}`] : ['if (holds)', '\tmissing &= ~bit;'];
  const step = [
    `GLOBAL u64 ${name}_next(struct xdp_md *context, u32 at, u32 stop, u32 missing)`, '{', '\tint length, holds = 0;', '\tu32 bit = 0;', '',
    '\tif (at + 4 > stop)', `\t\treturn ${hex((1n << 63n) | 2n)};`, '\tlength = byte_at(context, at + 2) * 256 + byte_at(context, at + 3);', '\tif (length <= 0)', `\t\treturn ${hex((1n << 63n) | 2n)};`,
    '\tswitch (byte_at(context, at)) {', ...cases, '\t}', '\t(void)bit;', ...verdict.map((line) => `\t${line}`),
    '\tat += (length + 3) & ~3;', '\tif (at >= stop)', `\t\treturn ${hex(1n << 63n)} | ${scope === 'only' ? '1' : scope === 'any' ? '0' : '(missing == 0)'};`, '\treturn (u64)missing << 32 | at;', '}', '',
    `GLOBAL u64 ${name}_from(struct xdp_md *context, u64 state, u32 stop)`, '{', `\tfor (int i = 0; i < ${inner}; i++) {`, '\t\tif (state >> 63)', '\t\t\treturn state;', `\t\tstate = ${name}_next(context, state, stop, state >> 32);`, '\t}', '\treturn state;', '}', '',
  ];
  const start = hex(BigInt(2 ** types.length - 1) << 32n);
  return [...step, ...answer(name, [
    'u64 state;', '', 'if (!p || p->transport < 12)', '\treturn 0;', `state = ${start} | (p->at + 12);`,
    `for (int i = 0; i < ${rounds} && !(state >> 63); i++)`, `\tstate = ${name}_from(context, state, p->limit);`, `return ${whole ? '!(state & 2)' : 'state & 1'};`,
  ])];
}
