import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lower } from '../../src/lower/index.js';
import type { CoreProgram, Family, PacketInput } from '../../src/ir/index.js';
import type { LivePacket } from '../../src/stack/engine.js';
import { createRandom } from '../../src/probe/random.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor } from '../generators/packets.js';
import { arbitraryProgram, type GeneratedProgram } from '../generators/ruleset.js';
import { frameOf } from '../kernel/index.js';
import { isOutside } from '../../src/check/outside.js';
import { compileForHost, hostCompiler, type XdpAction } from './host.js';
import { drawFate, type Fate } from './paths.js';

const runs = Number(process.env['FERRULE_XDP_RUNS'] ?? 6);
const packetCount = 150;

const live = (packet: PacketInput, interfaceName: string | undefined): LivePacket => {
  const { ethernet } = packet;
  const bytes = Uint8Array.from(packet.bytes);
  const family: Family = (bytes[0] ?? 0) >> 4 === 6 ? 6 : 4;
  const length = family === 4 ? ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0) : 40 + (((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0));
  const group = ethernet === undefined || ((ethernet[0] ?? 0) & 1) === 0 ? 'unicast' : ethernet.subarray(0, 6).every((byte) => byte === 255) ? 'broadcast' : 'multicast';
  return {
    family, bytes: bytes.subarray(0, length), mark: 0, packetType: group, time: 0, state: 'INVALID', notrack: false, trace: () => undefined,
    ethernet: frameOf(packet).subarray(0, 14), ...(interfaceName === undefined ? {} : { inInterface: interfaceName }),
  };
};

/** Packets whose frame the program looks at: whole, and nothing that the stack would not show to the hooks. */
function frames(generated: GeneratedProgram, family: Family): readonly PacketInput[] {
  return packetsFor(generated.program, generated.seed, packetCount, { link: true, fragments: false }).filter((packet) => {
    const { bytes } = packet;
    const length = family === 4 ? ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0) : 40 + (((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0));
    return packet.origin === 'wire' && packet.packetType === undefined && length <= bytes.length && !isOutside(['unfragmented-packets'], packet);
  });
}

/** Compiles for this machine and runs; undefined where the mode is refused. */
function actions(core: CoreProgram, options: XdpOptions, packets: readonly PacketInput[]): readonly XdpAction[] | undefined {
  const { text } = xdp.compile(core, options);
  if (text === undefined) return undefined;
  const program = compileForHost(text);
  try {
    return program.run(packets.map(frameOf));
  } finally {
    program.dispose();
  }
}

/** Failures print the rules, not the tree. */
const programs = (language: LanguageOptions): fc.Arbitrary<{ readonly generated: GeneratedProgram }> =>
  arbitraryProgram(language).map((generated) => ({ generated, [fc.toStringMethod]: () => `seed ${generated.seed}` }));

const plain = { strict: false, assume: [] } as const;
const worlds: readonly (readonly [string, LanguageOptions])[] = [
  ['headers', { tracking: false, link: true }],
  ['tracking', { tracking: true, link: true }],
  ['translation and counters', { nat: true, stateful: true }],
  ['every form', formWorlds.plain],
  ['every form of tracking', formWorlds.tracked],
  ['every form that counts', formWorlds.counted],
];

describe.skipIf(hostCompiler === undefined)('XDP compiled for this machine', () => {
  it.each(([4, 6] as const).flatMap((family) => worlds.map(([name, language]) => [family, name, language] as const)))('a prefilter drops only what every way would drop: IPv%i, %s', (family, _, language) => {
    const chain = fc.constantFrom(undefined, 'INPUT' as const, 'FORWARD' as const);
    fc.assert(
      fc.property(programs({ ...language, family }), chain, fc.constantFrom(undefined, 'eth0'), ({ generated }, told, interfaceName) => {
        const core = lower(generated.program).value;
        const packets = frames(generated, family);
        const options = { ...plain, mode: 'prefilter', ...(told === undefined ? {} : { chain: told }), ...(interfaceName === undefined ? {} : { interface: interfaceName }) } as const;
        const given = actions({ ...core, sets: [] }, options, packets) ?? [];
        expect(given).toHaveLength(packets.length);
        const random = createRandom(generated.seed);
        packets.forEach((packet, index) => {
          if (given[index] !== 'drop') return;
          for (let draw = 0; draw < 12; draw++) {
            const way = told ?? random.pick(['INPUT', 'FORWARD'] as const);
            const fate = drawFate(core, family, { packet: live(packet, interfaceName), random, way });
            if (fate !== 'dropped') throw new Error(`${fate}: packet ${packet.id} ${Buffer.from(packet.bytes).toString('hex')} on its way to ${way}\n${generated.text}`);
          }
        });
      }),
      { numRuns: runs },
    );
  });

  it.each([4, 6] as const)('exact: IPv%i', (family) => {
    let [offered, dropped] = [0, 0];
    fc.assert(
      fc.property(programs({ family, frameOnly: true, sets: false, link: true }), fc.constantFrom('INPUT' as const, 'FORWARD' as const), ({ generated }, way) => {
        const core = lower(generated.program).value;
        const packets = frames(generated, family);
        const given = actions(core, { ...plain, mode: 'exact', chain: way, interface: 'eth0' }, packets);
        if (given === undefined) return;
        offered += 1;
        const random = createRandom(generated.seed);
        packets.forEach((packet, index) => {
          const fate: Fate = drawFate(core, family, { packet: live(packet, 'eth0'), random, way });
          if ((fate === 'dropped') !== (given[index] === 'drop')) throw new Error(`${fate}, ${given[index]}: packet ${packet.id} ${Buffer.from(packet.bytes).toString('hex')} on its way to ${way}\n${generated.text}`);
          if (fate === 'dropped') dropped += 1;
        });
      }),
      { numRuns: runs },
    );
    expect(offered).toBeGreaterThan(0);
    expect(dropped).toBeGreaterThan(0);
  });
});
