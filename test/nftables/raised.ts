import type { CoreProgram, Outcome, PacketInput } from '../../src/ir/index.js';
import { createHost } from '../../src/stack/index.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { interpretersHelp } from '../lower/help.js';

/** What a raised program says of packets, on the host of the rule set that it came from. */
export function judgeRaised(core: CoreProgram, { program, topology }: Pick<GeneratedProgram, 'program' | 'topology'>, sequence = false): (packet: PacketInput) => Outcome {
  const engines = core.rulesets.map(({ family }) => coreEngine(core, family, interpretersHelp(program)));
  return createHost({ engines, topology, sequence }).judge;
}
