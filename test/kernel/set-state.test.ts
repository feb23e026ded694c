import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/ir/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { marking, setFlow } from './set-jump.js';
import { world } from './world.js';

const count = Number(process.env['FERRULE_PACKETS'] ?? 150);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

interface Case {
  readonly sets: string;
  readonly rules: readonly string[];
  readonly families?: readonly Family[];
  readonly framed?: true;
}

const both = (type: string, options = ''): string => `create s ${type}${options}\n`;

/** What packets put into sets, take out and count there decides what later ones meet. */
const cases: readonly Case[] = [
  { sets: both('hash:ip', ' family inet\nadd s 10.0.3.7'), families: [4], rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { sets: both('hash:ip', ' family inet6\nadd s 2001:db8:0:7::1'), families: [6], rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { sets: 'create s hash:ip netmask 24 maxelem 3\nadd s 10.0.9.0\n', families: [4], rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src --add-set s dst'] },
  { sets: 'create s hash:ip bitmask 255.0.0.255\nadd s 10.0.9.5\n', families: [4], rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { sets: 'create s hash:ip bitmask 0.0.0.255\n', families: [4], rules: ['-m set --match-set s src', '-j SET --add-set s src', '-m set ! --match-set s src'] },
  { sets: 'create s hash:ip,port netmask 24\n', families: [4], rules: ['-m set --match-set s src,dst', '-j SET --add-set s src,dst', '-p 58 -j SET --del-set s src,src', '-m set ! --match-set s dst,src'] },
  { sets: 'create s hash:net,port\nadd s 10.0.0.5,udp:53\n', families: [4], rules: ['-m set --match-set s src,dst', '-p 58 -j SET --add-set s src,src', '-p udp -j SET --add-set s src,dst', '-p tcp -j SET --del-set s src,dst', '-p 58 -m set --match-set s src,src'] },
  { sets: 'create s hash:ip,port\n', families: [4], rules: ['-m set --match-set s src,dst', '--source 10.0.0.0/24 -j SET --add-set s src,dst', '--source 10.0.3.0/24 -j SET --add-set s dst,src', '-d 10.0.1.8 -j SET --del-set s src,dst', '-m set ! --match-set s dst,src'] },
  { sets: 'create s hash:ip,port family inet6\n', families: [6], rules: ['-m set --match-set s src,dst', '--source 2001:db8::/64 -j SET --add-set s src,dst', '-d 2001:db8:1::8 -j SET --del-set s src,dst', '-m set ! --match-set s dst,src'] },
  { sets: 'create s hash:ip,port,ip\n', families: [4], rules: ['-m set --match-set s src,dst,dst', '-p udp -j SET --add-set s src,dst,dst'] },
  { sets: 'create s hash:ip,port,net\nadd s 10.0.0.9,udp:53,10.0.1.8/31\n', families: [4], rules: ['-m set --match-set s src,dst,dst', '-p udp -j SET --add-set s src,dst,dst', '-p tcp -j SET --del-set s src,dst,dst'] },
  { sets: 'create s hash:net\nadd s 10.0.0.0/29\nadd s 10.0.0.6 nomatch\nadd s 10.0.3.0/24\n', families: [4], rules: ['-m set --match-set s src', '-m set --match-set s src --return-nomatch', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { sets: 'create s hash:net\nadd s 10.0.0.0/16\nadd s 10.0.0.0/25\n', families: [4], rules: ['-m set --match-set s src', '-m set ! --match-set s dst', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { sets: 'create s hash:net,port\nadd s 10.0.0.0/25,udp:53\n', families: [4], rules: ['-m set --match-set s src,dst', '-j SET --add-set s src,dst'] },
  { sets: 'create s hash:net,iface\nadd s 10.0.0.0/8,eth2\nadd s 10.0.0.0/24,eth0\nadd s 10.0.3.0/24,eth wildcard\nadd s 10.0.3.8/32,physdev:eth0\n', families: [4], rules: ['-m set --match-set s src,src', '-m set ! --match-set s src,src', '-m set --match-set s dst,dst', '-p udp -j SET --add-set s src,src', '-p tcp -j SET --del-set s src,src'] },
  { sets: 'create s bitmap:ip range 10.0.0.0-10.0.0.199\nadd s 10.0.0.9\n', families: [4], rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { sets: 'create s bitmap:port range 0-79\nadd s 7\n', rules: ['-m set --match-set s dst', '-m set ! --match-set s src', '-s ::/0 -j SET --add-set s dst', '-p tcp -j SET --del-set s dst'], families: [6] },
  { sets: 'create s bitmap:ip,mac range 10.0.0.0/24\nadd s 10.0.0.5\nadd s 10.0.0.6,02:00:00:00:00:01\n', families: [4], framed: true, rules: ['-m set --match-set s src,src', '-m set ! --match-set s src,src', '-p udp --dport 53 -j SET --add-set s src,src'] },
  { sets: 'create s bitmap:ip,mac range 10.0.0.0/24\nadd s 10.0.0.5,02:00:00:00:01:01\nadd s 10.0.0.6,02:00:00:00:00:01\n', families: [4], framed: true, rules: ['-m set --match-set s src,src', '-m set --match-set s src,dst', '-p udp -j SET --add-set s src,src --exist', '-p tcp -j SET --del-set s src,dst'] },
  { sets: 'create s hash:ip counters\nadd s 10.0.0.5 packets 3 bytes 100\n', families: [4], rules: ['-m set --match-set s src --packets-gt 5', '-m set --match-set s src --bytes-lt 600', '-m set ! --match-set s src ! --update-counters --packets-eq 2', '-m set --match-set s src ! --packets-eq 9', '-p udp -j SET --add-set s src --exist'] },
  { sets: 'create s hash:net counters\nadd s 10.0.0.0/8\nadd s 10.0.0.0/24\nadd s 10.0.0.6 nomatch\n', families: [4], rules: ['-m set --match-set s src --packets-gt 5', '-m set --match-set s src --packets-gt 5 --return-nomatch', '-m set ! --match-set s src --bytes-gt 300'] },
  { sets: 'create a hash:ip counters\nadd a 10.0.0.5\ncreate b hash:net counters\nadd b 10.0.0.0/24\ncreate s list:set counters\nadd s a\nadd s b\n', families: [4], rules: ['-m set --match-set s src --packets-gt 5', '-m set --match-set a src ! --update-counters --packets-lt 9', '-m set --match-set b src ! --update-counters --packets-lt 9', '-m set --match-set s src ! --update-subcounters --bytes-gt 400', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { sets: 'create s hash:ip timeout 100\nadd s 10.0.0.5\n', families: [4], rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src --timeout 50', '-p tcp -j SET --add-set s src --timeout 0 --exist'] },
  { sets: 'create s hash:net skbinfo\nadd s 10.0.0.0/24 skbmark 0x10/0xf0\nadd s 10.0.3.7 skbmark 0xffff0000\n', families: [4], rules: ['-s 10.0.3.0/24', '-j SET --map-set s src --map-mark', '-m mark --mark 0x10/0xf0', '-p udp -j SET --add-set s src --exist --map-set s src --map-mark'] },
];

const all = cases.flatMap(({ families = [4, 6], ...rest }) => families.map((family) => ({ ...rest, family, name: `${rest.sets.split('\n')[0]} ${rest.rules.at(-1)}` })));

describe.skipIf(!available().ok)('sets that packets change, the interpreter against the kernel', () => {
  test.each(all)('IPv$family $name', async ({ sets, rules, family, framed }) => {
    const packets = setFlow(count, family, seed, framed === true);
    const told = interpret(family, marking(rules), { sets, sequence: true });
    const expected = packets.map((packet) => `${packet.id} ${comparable(told.judge(packet))}`);
    await withHost(world, async (host) => {
      await host.loadSets(sets);
      await host.loadLegacy(family, marking(rules));
      const seen = await host.judge(packets);
      expect(seen.map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`)).toEqual(expected);
      expect(new Set(seen.map(({ mark }) => mark)).size).toBeGreaterThan(1);
    });
  });
});
