import { describe, expect, it } from 'vitest';
import type { Family, Outcome, PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { isOutside } from '../../src/check/outside.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram } from '../generators/ruleset.js';
import { frameOf } from '../kernel/index.js';
import { rulesetsOf, settings } from '../equivalence/settings.js';
import { compileForHost, hostCompiler, type XdpAction } from './host.js';

const name = 'eth0';

/** Seeds whose rules drop something in every world below, so that no run is about nothing. */
const knownToDrop = [1, 2, 3, 4] as const;

/** What the stack ends without the rules' doing may go either way, but for a prefilter when the sender would hear of it. */
function isRight(mode: XdpOptions['mode'], { verdict, stage, replies }: Outcome, action: XdpAction): boolean {
  if (verdict === 'unseen' || verdict === 'held') return true;
  if (verdict === 'lost') return action === 'pass' || mode === 'exact' || replies.length === 0;
  const dropped = verdict === 'drop' && (stage === 'PREROUTING' || stage === 'INPUT' || stage === 'FORWARD');
  return mode === 'exact' ? dropped === (action === 'drop') : action === 'pass' || verdict === 'drop';
}

function compare(mode: XdpOptions['mode'], language: LanguageOptions, offset: number): { readonly judged: number; readonly dropped: number } {
  let [judged, dropped] = [0, 0];
  for (const seed of [...knownToDrop, ...Array.from({ length: rulesetsOf(language) }, (_, index) => settings.seed + offset + index)]) {
    const generated = randomProgram(seed, language);
    const { text } = xdp.compile(lower(generated.program).value, { mode, strict: false, assume: [], topology: standardTopology, interface: name });
    if (text === undefined) continue;
    const packets: readonly PacketInput[] = packetsFor(generated.program, seed, 300, { link: true, fragments: false }).filter(
      (packet) => packet.origin === 'wire' && packet.inInterface === name && !packet.mark && !isOutside(['unfragmented-packets'], packet) && (language.link !== true || packet.ethernet !== undefined),
    );
    const program = compileForHost(text);
    const actions = program.run(packets.map(frameOf));
    program.dispose();
    const { judge } = createInterpreter(generated.program, { topology: standardTopology });
    packets.forEach((packet, index) => {
      const [outcome, action] = [judge(packet), actions[index]];
      if (action === undefined) throw new Error('an action is missing');
      judged += 1;
      if (action === 'drop') dropped += 1;
      if (!isRight(mode, outcome, action)) throw new Error(`seed ${seed}: ${outcome.verdict} ${outcome.stage ?? ''}, xdp ${action}: ${Buffer.from(packet.bytes).toString('hex')}\n${generated.text}`);
    });
  }
  return { judged, dropped };
}

describe.skipIf(hostCompiler === undefined)('XDP compiled for this machine judges as the interpreter does', () => {
  const worlds: readonly (readonly [string, XdpOptions['mode'], LanguageOptions])[] = [
    ['exact', 'exact', { frameOnly: true }],
    ['prefilter', 'prefilter', { link: true }],
    ['prefilter with translation', 'prefilter', { nat: true }],
    ['exact, every form', 'exact', { ...formWorlds.plain, frameOnly: true }],
    ['prefilter, every form', 'prefilter', formWorlds.plain],
    ['prefilter, every form of tracking', 'prefilter', formWorlds.tracked],
  ];
  it.each(worlds.flatMap(([title, mode, language], index) => ([4, 6] as Family[]).map((family) => [title, family, mode, language, index] as const)))('%s, IPv%i', (_, family, mode, language, index) => {
    const tally = compare(mode, { ...language, family }, 300_000 + index * 10_000);
    expect(tally.judged).toBeGreaterThan(0);
    expect(tally.dropped).toBeGreaterThan(0);
  });
});
