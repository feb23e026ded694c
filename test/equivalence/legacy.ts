import type { PacketInput } from '../../src/ir/index.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import type { Host } from '../kernel/index.js';
import type { Contender } from './contest.js';

/** What the kernel itself makes of the rules: the reference of every lane. */
export const legacy = (host: Host, name = 'legacy'): Contender => ({
  name,
  async judge(generated: GeneratedProgram, packets: readonly PacketInput[]) {
    await loadLegacy(host, generated);
    return host.judge(packets);
  },
});

/** Leaves nothing but these rules and sets in the host. */
export async function loadLegacy(host: Host, generated: GeneratedProgram): Promise<void> {
  await host.flush();
  if (generated.sets !== '') await host.loadSets(generated.sets);
  for (const { family } of generated.program.rulesets) await host.loadLegacy(family, generated.text);
}
