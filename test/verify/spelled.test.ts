import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import type { CoreRuleset, Family, PacketInput } from '../../src/ir/index.js';
import { leavesOf } from '../../src/ir/predicate.js';
import { lower } from '../../src/lower/index.js';
import { createHost } from '../../src/stack/index.js';
import { spelledOut } from '../../src/verify/spelled.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { bytesOf, wire } from '../kernel/world.js';

const seed = Number(process.env['FERRULE_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const numRuns = Number(process.env['FERRULE_CASES'] ?? 200);

const byte = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 5, 6, 17, 0x40, 0x45, 0x60, 0xff) }, { weight: 1, arbitrary: fc.nat(255) });
const mask = fc.constantFrom(0x0f, 0xf0, 0xff, 0x3c, 0xff00, 0xffff, 0x0ff0, 0xf0f0, 0xff0000, 0xff000000, 0x3f, 0x1fff, 0xffffffff, 0x7fffff);
const value = fc.oneof(byte, byte.map((low) => low << 8), byte.map((low) => low * 0x101), fc.nat(0xffff_ffff));
const offset = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(0, 6, 8, 9, 12, 16, 20, 40));
const hex = (number: number): string => `0x${(number >>> 0).toString(16)}`;

const steps = fc.array(fc.oneof(mask.map((by) => `&${hex(by)}`), fc.tuple(fc.constantFrom('>>', '<<'), fc.nat(31)).map(([way, by]) => `${way}${hex(by)}`)), { maxLength: 3 }).map((all) => all.join(''));
const range = fc.oneof(value.map(hex), fc.tuple(value, value).map(([one, other]) => `${hex(Math.min(one, other))}:${hex(Math.max(one, other))}`));
/** Some begin behind the IP header, wherever it ends, or behind an index of few bits. */
const pointed = fc.oneof(fc.constant(''), fc.constantFrom('0x0>>0x16&0x3c@', '0x0>>0x16&0x3c@0x0>>0x1c@', '0x6&0x3@', '0x8&0xf@'));
const u32 = fc.tuple(fc.boolean(), fc.array(fc.tuple(pointed, offset, steps, fc.array(range, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 2 })).map(
  ([negated, tests]) => `-m u32${negated ? ' !' : ''} --u32 "${tests.map(([at, from, worked, values]) => `${at}${hex(from)}${worked}=${values.join(',')}`).join('&&')}"`,
);

const load = fc.oneof(fc.tuple(fc.constantFrom(32, 40, 48, 177), offset), fc.tuple(fc.constantFrom(64, 72, 80), fc.nat(8)), fc.tuple(fc.constantFrom(0, 1), byte)).map(([code, operand]) => `${code} 0 0 ${operand}`);
const compute = fc.oneof(fc.tuple(fc.constant(84), mask), fc.tuple(fc.constantFrom(100, 116), fc.nat(31)), fc.tuple(fc.constantFrom(4, 20, 68, 164), fc.nat(3))).map(([code, operand]) => `${code} 0 0 ${operand >>> 0}`);
const register = fc.constantFrom('7 0 0 0', '135 0 0 0', '12 0 0 0', '2 0 0 1', '96 0 0 1');
const jump = fc.tuple(fc.constantFrom(21, 37, 53, 69), fc.nat(1), fc.nat(1), value).map(([code, holds, fails, operand]) => `${code} ${holds} ${fails} ${operand >>> 0}`);
/** Cells are written before they are read, as the kernel's check wants. */
const bpf = fc.tuple(fc.array(fc.oneof({ weight: 3, arbitrary: load }, { weight: 2, arbitrary: compute }, { weight: 1, arbitrary: register }, { weight: 3, arbitrary: jump }), { minLength: 1, maxLength: 8 }), fc.constantFrom('6 0 0 0', '6 0 0 1', '22 0 0 0')).map(([body, end]) => {
  const program = ['2 0 0 1', ...body, end, '6 0 0 1'];
  return `-m bpf --bytecode "${program.length},${program.join(',')}"`;
});

const bytes = fc.uint8Array({ minLength: 0, maxLength: 40 });
const packets = (family: Family): fc.Arbitrary<readonly PacketInput[]> =>
  fc.array(
    fc.tuple(byte, fc.oneof(fc.constant(new Uint8Array()), fc.constantFrom(4, 8, 40).map((length) => new Uint8Array(length).fill(1))), fc.oneof(bytes, fc.array(byte, { maxLength: 40 }).map((all) => Uint8Array.from(all)))).map(([protocol, options, data]) =>
      wire(bytesOf({ kind: 'raw', protocol: protocol === 0 ? 253 : protocol, data }, { family, ...(family === 4 && options.length > 0 ? { options } : {}) })),
    ),
    { minLength: 1, maxLength: 12 },
  );

const isProgram = (core: CoreRuleset): boolean =>
  core.tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ steps: all }) => all.some((step) => step.kind !== 'refuse' && leavesOf(step.predicate).some((leaf) => leaf.kind === 'external' && leaf.test.kind === 'program')))));

describe('programs over the packet, spelled out, hold where the interpreter says so', () => {
  it.each<readonly [string, Family, fc.Arbitrary<string>]>([['u32', 4, u32], ['u32', 6, u32], ['bpf', 4, bpf], ['bpf', 6, bpf]])('%s in IPv%i', (_, family, match) => {
    let [told, held] = [0, 0];
    fc.assert(
      fc.property(match, packets(family), (text, all) => {
        const rules = parse(`*filter\n-A INPUT ${text} -j DROP\nCOMMIT\n`, { file: 'rules', family });
        expect(rules.diagnostics).toEqual([]);
        const program = { rulesets: [rules.value], sets: [] };
        const [core] = lower(program).value.rulesets;
        if (core === undefined) throw new Error('no rules');
        const spelled = spelledOut(core, []);
        if (isProgram(spelled)) return;
        told += 1;
        const host = createHost({ engines: [coreEngine(spelled, family)] });
        const interpreter = createInterpreter(program);
        for (const packet of all) {
          const expected = interpreter.judge(packet).verdict;
          if (expected === 'drop') held += 1;
          expect(host.judge(packet).verdict, `${text} on ${Buffer.from(packet.bytes).toString('hex')}`).toBe(expected);
        }
      }),
      { seed, numRuns },
    );
    expect(told, 'programs that are spelled out').toBeGreaterThan(numRuns / 3);
    expect(held, 'packets for which one holds').toBeGreaterThan(numRuns / 10);
  });
});
