import { expect, test } from 'vitest';
import { createLookup, devicesOf } from '../../src/probe/routes.js';
import { addressOf } from '../../src/packet/index.js';
import { createRouting } from '../../src/stack/routing.js';
import { createRandom } from '../../src/probe/index.js';

const topology = {
  ifaces: [{ name: 'eth0', addr: ['10.0.0.1/24', '10.0.0.2/30', '2001:db8::1/64'] }, { name: 'eth1', addr: ['10.0.1.1/24', '192.0.2.1/31', '192.0.2.7/32', '2001:db8:1::1/126', '2001:db8:1::9/128'] }],
  local: ['10.5.0.1', '2001:db8:5::1'],
  routes: ['default dev eth1', '10.9.0.0/16 via 10.0.1.7', '10.9.5.0/24 dev eth0', 'unreachable 10.8.0.0/16', 'blackhole 10.8.1.0/24'],
  routes6: ['2001:db8:9::/48 via 2001:db8::7 dev eth0', 'default dev eth1'],
};

test('probes and the stack route alike, two tables written apart', () => {
  const routing = createRouting(topology);
  const random = createRandom(1);
  const near = ['10.0.0.0', '10.0.1.0', '10.9.0.0', '10.9.5.0', '10.8.0.0', '10.8.1.0', '10.5.0.1', '192.0.2.0', '127.0.0.1', '198.51.100.1', '2001:db8::', '2001:db8:1::', '2001:db8:5::1', '2001:db8:9::', '::1', '3fff::1'].map(addressOf);
  for (const family of [4, 6] as const) {
    const lookup = createLookup(topology, devicesOf(topology), family);
    for (const base of near.filter((address) => (address < 1n << 32n && address !== 1n) === (family === 4))) {
      for (let step = -3n; step < 300n; step += BigInt(1 + random.below(3))) {
        if (base + step < 0n) continue;
        const [ours, theirs] = [lookup(base + step), routing.lookup(family, base + step)];
        expect([ours?.kind, ours?.kind === 'local' ? 'lo' : ours?.device], `${base + step}`).toEqual([theirs?.kind, theirs?.kind === 'local' ? 'lo' : theirs?.device]);
      }
    }
  }
});
