import { describe, expect, test } from 'vitest';
import type { Family, PacketInput } from '../../src/ir/index.js';
import { available } from './available.js';
import { withHost } from './host.js';
import { bytesOf, udp, wire, world } from './world.js';
import { withNft } from './nft.js';

/** Whether a rule in nft's own words matches a packet in PREROUTING; `action` is what it does then. */
async function after(family: Family, rule: string, packet: PacketInput): Promise<{ readonly mark: number; readonly bytes: Uint8Array } | undefined> {
  return withHost(world, async (host) => {
    await host.loadNft(`table ${family === 4 ? 'ip' : 'ip6'} t {\n chain c { type filter hook prerouting priority -150; ${rule}; }\n}\n`);
    const [outcome] = await host.judge([packet]);
    return outcome?.bytes === undefined ? undefined : { mark: outcome.mark ?? 0, bytes: outcome.bytes };
  });
}

/** From port 1000 to port 53. */
const ip4 = wire(bytesOf(udp));
const ip6 = (tos: number): PacketInput => wire(bytesOf(udp, { family: 6, tos }));

/** What the output goes around. Where one of these fails, nft has been mended and the way around may go. */
describe.skipIf(!available().ok)('faults of nft 1.0.6', () => {
  test('two != on neighbouring fields are merged into one wider !=; a range is not', async () => {
    expect((await after(4, 'udp sport != 53 udp dport != 53 meta mark set 1', ip4))?.mark).toBe(1);
    expect((await after(4, 'udp sport != 53-53 udp dport != 53-53 meta mark set 1', ip4))?.mark).toBe(0);
    expect((await after(4, 'udp sport != 53 udp dport != 53-53 meta mark set 1', ip4))?.mark).toBe(0);
  });

  test('a mask on @nh,4,8 is shifted to the wrong place', async () => {
    expect((await after(6, '@nh,4,8 & 0x3f == 0x10 meta mark set 1', ip6(0x10)))?.mark).toBe(0);
    expect((await after(6, '@nh,0,16 & 0x3f0 == 0x100 meta mark set 1', ip6(0x10)))?.mark).toBe(1);
  });

  test('a raw write into the IPv4 header leaves its checksum wrong; a named one does not', async () => {
    const raw = (await after(4, '@nh,8,8 set 0x10', ip4))?.bytes ?? new Uint8Array();
    const named = (await after(4, 'ip dscp set 4', ip4))?.bytes ?? new Uint8Array();
    expect([raw[1], named[1]]).toEqual([0x10, 0x10]);
    expect(headerSum(named)).toBe(0xffff);
    expect(headerSum(raw)).not.toBe(0xffff);
  });

  test('the JSON reader passes over type_flags and takes netmap for a prefix', async () => {
    await withNft(async (nft) => {
      const script = (more: object): string =>
        JSON.stringify({
          nftables: [
            { add: { table: { family: 'ip', name: 't' } } },
            { add: { chain: { family: 'ip', table: 't', name: 'c', type: 'nat', hook: 'prerouting', prio: -100 } } },
            { add: { rule: { family: 'ip', table: 't', chain: 'c', expr: [{ dnat: { addr: { prefix: { addr: '10.0.0.0', len: 24 } }, ...more } }] } } },
          ],
        });
      await nft.loadJson(script({ type_flags: 'prefix' }));
      expect(await nft.list()).toContain('dnat to 10.0.0.0/24');
      await nft.flush();
      await nft.loadJson(script({ flags: ['netmap'] }));
      expect(await nft.list()).toContain('dnat prefix to 10.0.0.0/24');
    });
  });

  test('tests of two protocols in one rule end in an assertion', async () => {
    await withNft(async (nft) => {
      expect(await nft.refusal('table ip t {\n chain c { meta l4proto tcp meta l4proto ah tcp flags syn accept; }\n}\n')).not.toBe('');
    });
  });
});

function headerSum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < ((bytes[0] ?? 0) & 15) * 4; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}
