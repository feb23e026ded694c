import { describe, expect, it } from 'vitest';
import { isOutside } from '../../src/check/outside.js';
import { lower } from '../../src/lower/index.js';
import type { Program } from '../../src/ir/index.js';
import { suiteOf } from '../../src/suite/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { settings } from '../equivalence/settings.js';
import { packetLine } from '../equivalence/shrink.js';
import { randomProgram } from '../generators/ruleset.js';
import { standardTopology } from '../generators/pool.js';
import { goesOn } from '../../src/cli/xdp-proof.js';
import { available, compileXdp, frameOf, runXdp, withHost } from '../kernel/index.js';
import { compileForHost, hostCompiler } from '../xdp/host.js';

type Runner = (text: string, frames: readonly Uint8Array[]) => Promise<readonly string[]>;

const states = [undefined, 'NEW', 'ESTABLISHED', 'RELATED', 'INVALID'] as const;

/** Judges the whole suite of a rule set by the program made of it; how many frames it drops. */
async function judgeSuite(program: Program, mode: XdpOptions['mode'], run: Runner, seed: number): Promise<{ readonly dropped: number; readonly judged: number }> {
  // Alone it can only decide where it knows its interface.
  const attached = mode === 'exact' ? { interface: 'eth0' } : {};
  const { text, assumptions } = xdp.compile(lower(program).value, { mode, strict: false, assume: [], topology: standardTopology, ...attached });
  const suite = suiteOf(program, { topology: standardTopology, hooks: ['PREROUTING', 'INPUT', 'FORWARD'], classesAtMost: 200, packetsAtMost: 1000, budget: 200_000 });
  if (text === undefined || suite === undefined) return { dropped: 0, judged: 0 };
  const { judge } = createInterpreter(program, { topology: standardTopology });
  const entries = suite.entries.filter(({ packet }) => frameOf(packet).length < 3400 && packet.packetType === undefined && (mode !== 'exact' || packet.inInterface === 'eth0') && !isOutside(assumptions, packet));
  const actions = await run(text, entries.map(({ packet }) => frameOf(packet)));
  let dropped = 0;
  for (const [index, { packet }] of entries.entries()) {
    const drops = actions[index] === 'drop';
    if (drops) dropped += 1;
    // What the program drops must be dropped whatever it cannot see; what it passes may be, unless it decides alone.
    for (const state of drops ? states : []) {
      const outcome = judge({ ...packet, ...(state === undefined ? {} : { state }) });
      if (goesOn(outcome)) expect.fail(`seed ${seed}: dropped by XDP, but ${outcome.verdict} in state ${state ?? 'as it comes'}: ${packetLine(packet)}\n${text}`);
    }
    if (mode === 'exact' && !drops && judge(packet).verdict === 'drop') expect.fail(`seed ${seed}: passed by XDP, but dropped by the rules: ${packetLine(packet)}\n${text}`);
  }
  return { dropped, judged: entries.length };
}

const native: Runner = async (text, frames) => {
  const program = compileForHost(text);
  try {
    return await Promise.resolve(program.run(frames));
  } finally {
    program.dispose();
  }
};

const generated = (seed: number, mode: XdpOptions['mode']): Program => randomProgram(seed, { family: seed % 2 === 0 ? 4 : 6, ...(mode === 'exact' ? { frameOnly: true } : { stateful: true, nat: true }) }).program;

describe.skipIf(hostCompiler === undefined)('XDP judges the suite as the rules do, compiled for this machine', () => {
  it.each(['prefilter', 'exact'] as const)('%s', async (mode) => {
    let [dropped, judged] = [0, 0];
    for (let index = 0; index < settings.rulesets * 2; index++) {
      const result = await judgeSuite(generated(settings.seed + index, mode), mode, native, settings.seed + index);
      dropped += result.dropped;
      judged += result.judged;
    }
    console.log(`${mode}: ${judged} packets of the suites judged, ${dropped} dropped; seed ${settings.seed}`);
    expect(judged).toBeGreaterThan(0);
  });
});

describe.skipIf(!available('xdp').ok)('XDP judges the suite as the rules do, in the kernel', () => {
  it('prefilter', async () => {
    await withHost(standardTopology, async (host) => {
      const kernel: Runner = async (text, frames) => runXdp(host, await compileXdp(text), frames.map((bytes) => ({ bytes })));
      let judged = 0;
      for (let index = 0; index < settings.rulesets; index++) judged += (await judgeSuite(generated(settings.seed + index, 'prefilter'), 'prefilter', kernel, settings.seed + index)).judged;
      expect(judged).toBeGreaterThan(0);
    });
  });
});
