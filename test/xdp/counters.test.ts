import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { settings } from '../equivalence/settings.js';
import { standardTopology } from '../generators/pool.js';
import { frameOf } from '../kernel/index.js';
import { countingRules } from './counting.js';
import { compileForHost, hostCompiler } from './host.js';

describe.skipIf(hostCompiler === undefined)('rules that count', () => {
  it.each([4, 6] as const)('judge a sequence as the interpreter does, IPv%i', (family) => {
    let [dropped, changing] = [0, 0];
    for (const { generated, text, packets } of countingRules(settings.seed, family, settings.rulesets * 2, 300)) {
      const program = compileForHost(text);
      const actions = program.run(packets.map(frameOf), packets.map(() => 1_000));
      program.dispose();
      const { judge } = createInterpreter(generated.program, { topology: standardTopology, sequence: true });
      const alone = createInterpreter(generated.program, { topology: standardTopology });
      packets.forEach((packet, index) => {
        const { verdict } = judge(packet);
        if (verdict === 'unseen') return;
        if (actions[index] === 'drop') dropped += 1;
        if (verdict !== alone.judge(packet).verdict) changing += 1;
        if ((verdict === 'drop') !== (actions[index] === 'drop')) expect.fail(`seed ${generated.seed}, packet ${index}: ${verdict}, xdp ${actions[index] ?? ''}: ${Buffer.from(packet.bytes).toString('hex')}\n${generated.text}\n${text}`);
      });
    }
    expect(dropped).toBeGreaterThan(0);
    expect(changing).toBeGreaterThan(0);
    console.log(dropped, changing);
  });
});
