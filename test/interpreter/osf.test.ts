import { describe, expect, test } from 'vitest';
import { parse, parseFingerprints } from '../../grammar/index.js';
import { checkTranslation } from '../../src/check/index.js';
import type { Outcome, PacketInput, Program } from '../../src/ir/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { packet, world } from './judging.js';

const table = 'S4:64:1:60:M*,S,T,N,W7:Linux:::\n%100:128:0:44:M*:Windows:::\n*:128:0:44:M*:Other:::\n';

function programOf(matches: readonly string[], fingerprints?: string): Program {
  const rules = `*mangle\n${matches.map((match, index) => `-A PREROUTING -p tcp -m osf ${match} -j MARK --or-mark ${1 << index}\n`).join('')}COMMIT\n`;
  return { rulesets: [parse(rules, { file: 'rules', family: 4 }).value], sets: [], ...(fingerprints === undefined ? {} : { fingerprints: parseFingerprints(fingerprints, { file: 'prints' }).value }) };
}

const judge = (matches: readonly string[], one: PacketInput, fingerprints?: string): Outcome => createInterpreter(programOf(matches, fingerprints), { topology: world }).judge(one);

const linux = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
const syn = (window: number, options: readonly number[], ttl: number, dontFragment: boolean, flags = 2): PacketInput =>
  packet({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags, window, options: Uint8Array.from(options) }, { ttl, dontFragment });

describe('osf', () => {
  const asked = ['--genre Linux', '! --genre Linux', '--genre Linux --ttl 1', '--genre Linux --ttl 2', '--genre nobody --log 0', '--genre linux'];
  const marks = (one: PacketInput): number | undefined => judge(asked, one, table).mark;

  test('what fits, and what is one off', () => {
    expect(marks(syn(5840, linux, 64, true))).toBe(0b011111);
    expect(marks(syn(5840, linux, 63, true))).toBe(0b001100);
    expect(marks(syn(5840, linux, 65, true))).toBe(0b001000);
    expect(marks(syn(5841, linux, 64, true))).toBe(0);
    // Four times 1448, whatever the MSS is.
    expect(marks(syn(5792, linux, 64, true))).toBe(0b011111);
    expect(marks(syn(5840, linux, 64, false))).toBe(0);
    expect(marks(syn(5840, [...linux.slice(4), ...linux.slice(0, 4)], 64, true))).toBe(0);
    expect(marks(syn(5840, linux, 64, true, 0x12))).toBe(0b011111);
    expect(marks(syn(5840, linux, 64, true, 0x10))).toBe(0);
  });

  test('without a table it is not known; with one that is empty nothing fits', () => {
    const one = syn(5840, linux, 64, true);
    expect(judge(['--genre Linux'], one)).toMatchObject({ verdict: 'unknown', unknown: { extension: 'osf' } });
    expect(judge(['--genre Linux', '! --genre Linux', '--genre Linux --log 0'], one, '')).toMatchObject({ verdict: 'forward', mark: 0 });
  });
});

test('probes aim at the fingerprints, and a translation is checked by them', () => {
  const program = programOf(['--genre Linux', '--genre Windows --ttl 1', '--genre Other --ttl 2', '--genre x --log 1'], table);
  const { summary, difference } = checkTranslation(program, { strict: false, assume: ['one-system-fits', 'osf-unlogged'] }, world);
  expect(difference).toBeUndefined();
  expect(summary[0]).toMatch(/4 of 4 rules matched/);
  // Windows and Other overlap.
  expect(summary[1]).toMatch(/outside of the assumptions/);
});
