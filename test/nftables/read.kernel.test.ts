import { describe, expect, it } from 'vitest';
import type { AssumptionId, CoreProgram } from '../../src/ir/index.js';
import { isOutside } from '../../src/check/outside.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';
import { settings } from '../equivalence/settings.js';
import { packetLine, squeezed } from '../equivalence/shrink.js';
import { packetsFor } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram } from '../generators/ruleset.js';
import { available, comparable, withHost, type Host } from '../kernel/index.js';
import { carriable } from './carriable.js';
import { judgeRaised } from './raised.js';

const granted: readonly AssumptionId[] = ['no-ipv6-authentication-headers', 'one-fragment-header', 'sets-as-given', 'plain-tcp-options', 'syn-with-mss'];
const worlds = [{}, { nat: true }, { owner: true }, { link: true }, { stateful: true }] as const;

interface Listed {
  readonly name: string;
  readonly core: CoreProgram;
  /** Parts of rules that the listing does not tell. */
  readonly untold: readonly string[];
}

/** What nft lists of a script, in each notation; nothing where nft 1.0.6 itself falls over its listing. */
async function listed(host: Host, script: string, family: 4 | 6): Promise<readonly Listed[]> {
  await host.flush();
  await host.loadNft(script);
  const name = family === 4 ? 'ip' : 'ip6';
  const json = await host.run(['nft', '-j', 'list', 'ruleset', name]);
  if (json.status !== 0) return [];
  const text = await host.run(['nft', 'list', 'ruleset', name]);
  return [
    raised('json', readListing(json.stdout, { file: 'kernel.json' })),
    raised('text', readText(text.stdout, { file: 'kernel.nft' })),
  ];
}

function raised(name: string, { value, diagnostics }: ReturnType<typeof readText>): Listed {
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  const core = raise(value, { file: name });
  return { name, core: core.value, untold: core.diagnostics.map(({ message }) => message) };
}

describe.skipIf(!available().ok)('what the kernel lists of a translation judges as the interpreter judges the rules', () => {
  const cases = worlds.flatMap((world, index) => ([4, 6] as const).flatMap((family) => [true, false].map((strict) => [index, family, strict, world] as const)));
  it.each(cases)('world %i, IPv%i, strict %s', async (index, family, strict, world) => {
    await withHost(standardTopology, async (host) => {
      let [read, fallen, untold, packets] = [0, 0, 0, 0];
      for (let at = 0; at < settings.rulesets; at++) {
        const seed = settings.seed + 500_000 + index * 10_000 + at;
        const { generated, compiled } = carriable(randomProgram(seed, { ...world, family }), strict, granted);
        const listings = await listed(host, compiled.text ?? '', family);
        if (listings.length === 0) fallen += 1;
        const interpreter = createInterpreter(generated.program, { topology: generated.topology });
        const told = listings.filter((one) => one.untold.length === 0);
        untold += listings.length - told.length;
        for (const one of listings) for (const text of one.untold) expect(text).toContain('the listing does not tell');
        const judges = told.map(({ name, core }) => ({ name, judge: judgeRaised(core, generated) }));
        read += judges.length;
        for (const packet of packetsFor(generated.program, seed, settings.packets, 'link' in world ? { link: true } : {})) {
          if (isOutside(compiled.assumptions, packet)) continue;
          const expected = comparable(interpreter.judge(packet));
          packets += 1;
          for (const { name, judge } of judges) {
            const given = judge(packet);
            if (comparable(given) === expected) continue;
            expect.fail(`seed ${seed}, ${name}\n${squeezed(generated)}\n${packetLine(packet)}\ninterpreter ${expected}\n${JSON.stringify(interpreter.judge(packet).path)}\nraised ${comparable(given)}\n${JSON.stringify(given.path)}\n${compiled.text ?? ''}`);
          }
        }
      }
      console.log(`${read} listings read, ${fallen} that nft cannot list, ${untold} that do not tell all, ${packets} packets judged; seed ${settings.seed}`);
      expect(packets).toBeGreaterThan(0);
    });
  });
});
