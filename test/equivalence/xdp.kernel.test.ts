import { describe, expect, it } from 'vitest';
import type { Outcome, PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { xdp } from '../../targets/xdp/index.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor, type PacketOptions } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram, type GeneratedProgram } from '../generators/ruleset.js';
import { available, compileXdp, comparable, frameOf, runXdp, withHost, type Host, type XdpAction } from '../kernel/index.js';
import { isOutside } from '../../src/check/outside.js';
import { hasWay } from './contest.js';
import { loadLegacy } from './legacy.js';
import { rulesetsOf, settings } from './settings.js';
import { packetLine, shrinkRules, squeezed } from './shrink.js';

type Mode = 'prefilter' | 'exact';

/** The C text for one interface; undefined where the mode is refused. */
function sourceFor({ program }: GeneratedProgram, mode: Mode, name: string): string | undefined {
  return xdp.compile(lower(program).value, { mode, strict: false, assume: [], topology: standardTopology, interface: name }).text;
}

async function actions(host: Host, generated: GeneratedProgram, mode: Mode, packets: readonly PacketInput[]): Promise<ReadonlyMap<PacketInput, XdpAction> | undefined> {
  const answers = new Map<PacketInput, XdpAction>();
  const arrivals = standardTopology.ifaces.flatMap(({ name }) => {
    const mine = packets.filter(({ inInterface }) => inInterface === name);
    return mine.length === 0 ? [] : [{ name, mine, source: sourceFor(generated, mode, name) }];
  });
  const compiling = arrivals.flatMap(({ name, mine, source }) => (source === undefined ? [] : [compileXdp(source).then((object) => ({ name, mine, object }))]));
  if (compiling.length < arrivals.length) return undefined;
  for (const { name, mine, object } of await Promise.all(compiling)) {
    const judged = await runXdp(host, object, mine.map((packet) => ({ bytes: frameOf(packet), inInterface: name })));
    mine.forEach((packet, at) => answers.set(packet, judged[at] ?? 'aborted'));
  }
  return answers;
}

const stages: readonly unknown[] = ['PREROUTING', 'INPUT', 'FORWARD'];

/** Where the stack ends a packet without the rules' doing, XDP may do as it likes: nobody sees the difference but by an answer. */
function isRight(mode: Mode, outcome: Outcome, action: XdpAction): boolean {
  if (action !== 'drop' && action !== 'pass') return false;
  if (outcome.verdict === 'unseen' || outcome.verdict === 'held') return true;
  if (outcome.verdict === 'lost') return action === 'pass' || outcome.replies.length === 0 || mode === 'exact';
  const dropped = outcome.verdict === 'drop' && stages.includes(outcome.stage);
  return mode === 'exact' ? dropped === (action === 'drop') : action === 'pass' || outcome.verdict === 'drop';
}

async function judge(host: Host, mode: Mode, language: LanguageOptions, packetOptions: PacketOptions, offset: number): Promise<void> {
  let [offered, judged, dropped] = [0, 0, 0];
  for (let index = 0; index < rulesetsOf(language); index++) {
    const seed = settings.seed + offset + index;
    const generated = randomProgram(seed, language);
    const packets = packetsFor(generated.program, seed, settings.packets, packetOptions).filter(
      (packet) => packet.origin === 'wire' && hasWay(generated, packet) && !packet.mark && !isOutside(['unfragmented-packets'], packet) && (language.link !== true || packet.ethernet !== undefined),
    );
    const wrong = async (program: GeneratedProgram, witnesses: readonly PacketInput[]): Promise<string[] | undefined> => {
      const answers = await actions(host, program, mode, witnesses);
      if (!answers) return undefined;
      await loadLegacy(host, program);
      const outcomes = await host.judge(witnesses);
      return witnesses.flatMap((packet, at) => {
        const [outcome, action] = [outcomes[at], answers.get(packet)];
        if (!outcome || !action) throw new Error('an outcome is missing');
        judged += 1;
        if (action === 'drop') dropped += 1;
        return isRight(mode, outcome, action) ? [] : [`${packetLine(packet)}\n-- legacy\n${comparable(outcome)}\n-- xdp ${mode} on ${packet.inInterface}\n${action}`];
      });
    };
    const bad = await wrong(generated, packets);
    if (!bad) continue;
    offered += 1;
    if (bad.length === 0) continue;
    const id = bad[0]?.match(/"id":"([^"]*)"/)?.[1];
    const witness = packets.filter((packet) => packet.id === id);
    const small = await shrinkRules(generated, async (program) => ((await wrong(program, witness)) ?? []).length > 0);
    throw new Error(`xdp ${mode} differs, seed ${seed}, ${bad.length} of ${packets.length} packets\n${squeezed(small)}-- packet\n${((await wrong(small, witness)) ?? bad)[0]}`);
  }
  console.log(`xdp ${mode}: ${offered} of ${rulesetsOf(language)} rule sets offered, ${judged} packets judged, ${dropped} dropped; seed ${settings.seed}`);
  expect(offered).toBeGreaterThan(0);
  // Few rules of every form drop what a frame alone tells.
  if (mode === 'exact' || language.forms === undefined) expect(dropped).toBeGreaterThan(0);
}

describe.skipIf(!available().ok || !available('xdp').ok)('the XDP output judges as legacy xtables does', () => {
  it.each([4, 6] as const)('exact, IPv%i', async (family) => {
    await withHost(standardTopology, (host) => judge(host, 'exact', { family, frameOnly: true }, { link: true, fragments: false }, 200_000));
  });

  it.each([4, 6] as const)('prefilter, IPv%i', async (family) => {
    await withHost(standardTopology, (host) => judge(host, 'prefilter', { family, link: true }, { link: true, fragments: false }, 210_000));
  });

  it.each([4, 6] as const)('prefilter with translation, IPv%i', async (family) => {
    await withHost(standardTopology, (host) => judge(host, 'prefilter', { family, nat: true }, { link: true, fragments: false }, 220_000));
  });

  it.each([4, 6] as const)('exact, every form, IPv%i', async (family) => {
    await withHost(standardTopology, (host) => judge(host, 'exact', { ...formWorlds.plain, family, frameOnly: true }, { link: true, fragments: false }, 230_000));
  });

  it.each([4, 6] as const)('prefilter, every form, IPv%i', async (family) => {
    await withHost(standardTopology, (host) => judge(host, 'prefilter', { ...formWorlds.plain, family }, { link: true, fragments: false }, 240_000));
  });
});
