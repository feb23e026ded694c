import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables } from '../../targets/nftables/index.js';
import type { PacketInput } from '../../src/ir/index.js';
import { available } from './available.js';
import { withHost, type Host } from './host.js';
import { bytesOf, wire, world } from './world.js';

const rules = `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:zone -
-A PREROUTING -s 10.0.0.99 -j NOTRACK
-A PREROUTING -p tcp --dport 2121 -j zone
-A PREROUTING -p tcp --dport 21 -j CT --helper ftp
-A PREROUTING -p tcp --dport 2121 -j CT --helper ftp
-A PREROUTING -p tcp --dport 21 -j NOTRACK
-A PREROUTING -p tcp --dport 23 -m state --state INVALID -j MARK --set-mark 1
-A PREROUTING -p tcp --dport 2323 -j CT
-A PREROUTING -p tcp --dport 2323 -m state --state NEW -j MARK --set-mark 2
-A zone -p tcp --sport 1001 -j CT --zone 5
COMMIT
`;

/** Sees, behind everything else of PREROUTING, whose connection was given a helper (status bit 13; `ct helper` asks the master's) and its state. */
const watch = `table ip watch {
  counter ftp { }
  counter untracked { }
  chain c { type filter hook prerouting priority 300; ct status & 0x2000 == 0x2000 counter name ftp; ct state untracked counter name untracked; }
}
`;

const packet = (source: string, sourcePort: number, destinationPort: number): PacketInput =>
  wire(bytesOf({ kind: 'tcp', sourcePort, destinationPort, flags: 2, sequence: 1 }, { source }));

const packets = [packet('10.0.0.5', 1000, 21), packet('10.0.0.99', 1000, 21), packet('10.0.0.5', 1000, 2121), packet('10.0.0.5', 1001, 2121), packet('10.0.0.5', 1000, 22), packet('10.0.0.5', 1000, 23), packet('10.0.0.5', 1000, 2323)];

async function seen(load: (host: Host) => Promise<void>): Promise<readonly string[]> {
  return withHost(world, async (host) => {
    await load(host);
    await host.loadNft(watch);
    const answers: string[] = [];
    for (const one of packets) {
      const [outcome] = await host.judge([one]);
      const { stdout } = await host.run(['nft', 'reset', 'counters', 'table', 'ip', 'watch']);
      answers.push(`${outcome?.mark ?? '-'} ${[...stdout.matchAll(/counter (\w+) \{\s+packets (\d+)/g)].map(([, name, count]) => `${name} ${count}`).sort().join(' ')}`);
    }
    return answers;
  });
}

describe.skipIf(!available().ok)('CT in raw', () => {
  test('gives helpers, zones and states as legacy does', async () => {
    const { value } = parse(rules, { file: 'rules', family: 4 });
    const { text } = nftables.compile(lower({ rulesets: [value], sets: [] }).value, { strict: false, assume: [] });
    const legacy = await seen((host) => host.loadLegacy(4, rules));
    expect(legacy.filter((line) => line.includes('ftp 1'))).toHaveLength(2);
    expect(legacy[1]).toContain('untracked 1');
    expect(await seen((host) => host.loadNft(text ?? ''))).toEqual(legacy);
  });
});
