import { describe, expect, it } from 'vitest';
import type { CoreProgram } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { settings } from '../equivalence/settings.js';
import { packetsFor } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram } from '../generators/ruleset.js';
import { available, compileXdp, frameOf, runXdp, withHost, type Host } from '../kernel/index.js';
import { base, chain, drop, field, holds, jump, program, protocol, rule, table, test } from './core.js';
import { compileForHost } from './host.js';

const prefilter: XdpOptions = { mode: 'prefilter', strict: false, assume: [], topology: standardTopology };

/** Both runs of one text: the kernel's and this machine's. */
async function both(host: Host, core: CoreProgram, options: XdpOptions, frames: readonly Uint8Array[]): Promise<readonly [readonly string[], readonly string[]]> {
  const { text } = xdp.compile(core, options);
  if (text === undefined) throw new Error('refused');
  const native = compileForHost(text);
  try {
    return [await runXdp(host, await compileXdp(text), frames.map((bytes) => ({ bytes }))), native.run(frames)];
  } finally {
    native.dispose();
  }
}

describe.skipIf(!available('xdp').ok)('the verifier takes the program, and it does in the kernel what it does here', () => {
  it.each([4, 6] as const)('on random rules and frames cut anywhere, IPv%i', async (family) => {
    await withHost(standardTopology, async (host) => {
      let dropped = 0;
      // The first seeds are known to drop something.
      for (const seed of [1, 3, ...Array.from({ length: settings.rulesets }, (_, index) => settings.seed + index)]) {
        const generated = randomProgram(seed, { family, link: true, ...(seed % 2 === 0 ? { stateful: true, nat: true } : { frameOnly: true }) });
        const packets = packetsFor(generated.program, seed, 100, { link: true });
        const whole = packets.map(frameOf).filter((frame) => frame.length < 3400);
        const cut = whole.map((frame, index) => frame.subarray(0, Math.max(14, frame.length - (index % 60))));
        const [kernel, here] = await both(host, lower(generated.program).value, prefilter, [...whole, ...cut]);
        expect(kernel).toEqual(here);
        dropped += kernel.filter((action) => action === 'drop').length;
      }
      expect(dropped).toBeGreaterThan(0);
    });
  });

  const big = (rules: number) => Array.from({ length: rules }, (_, index) => rule([
    test(field('ip.source', 0x0a000000 + index * 256, 0x0a0000ff + index * 256)), ...protocol(index % 2 === 0 ? 6 : 17), holds(8), test(field('transport.destination-port', index % 65536, (index % 65536) + 3)),
  ], drop));

  it('with 600 rules in one chain, and with chains as deep as it may be', async () => {
    const deep = Array.from({ length: 6 }, (_, index) => (index === 5 ? chain('c5', rule([], drop)) : chain(`c${index}`, rule([test(field('ip.ttl', 1, 200))], jump(`c${index + 1}`)), rule([test(field('ip.ttl', 2))], jump(`c${index + 1}`)))));
    const frame = Uint8Array.from(Buffer.from('0200000000010200000099010800450000200001000040110000' + '0a025705' + '0a000007' + '03e80257000c000001020304', 'hex'));
    await withHost(standardTopology, async (host) => {
      const options = { ...prefilter, chain: 'INPUT' } as const;
      expect(await both(host, program(4, [table('filter', base('INPUT', 'ACCEPT', ...big(600)))]), options, [frame])).toEqual([['drop'], ['drop']]);
      const entry = base('INPUT', 'ACCEPT', rule([test(field('ip.ttl', 0))], jump('c0')), rule([], jump('c0')));
      expect(await both(host, program(4, [table('filter', entry, ...deep)]), options, [frame])).toEqual([['drop'], ['drop']]);
    });
  });
});
