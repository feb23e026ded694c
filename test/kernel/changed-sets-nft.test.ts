import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import type { AssumptionId, Family, PacketInput } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { createRandom } from '../../src/probe/random.js';
import { validateNft } from '../../src/validate/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { isSound, marking, setFlow } from './set-jump.js';
import { world } from './world.js';

const count = Number(process.env['FERRULE_PACKETS'] ?? 400);
/** Random rules beside those below. */
const drawn = Number(process.env['FERRULE_RULESETS'] ?? 12);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

interface Case {
  readonly sets: string;
  readonly family: Family;
  readonly rules: readonly string[];
}

/** The same rules for a type whatever is in the set: look-ups both ways, in one rule with a protocol and without, and changes of all kinds. */
const portRules = (network: string, host: string, icmp: string, sides: string, others: string): readonly string[] => [
  `-m set --match-set s ${sides}`, `-s ${network} -j SET --add-set s ${sides}`, `-p tcp -j SET --add-set s ${others}`, `-p ${icmp} -j SET --add-set s ${sides}`, `-d ${host} -j SET --del-set s ${sides}`,
  `-m set ! --match-set s ${others}`, `-p udp -m set --match-set s ${sides}`, `-p gre -j SET --add-set s ${others}`, '! -p udp -m set ! --match-set s ' + sides, `-p sctp -j SET --del-set s ${others} --add-set s ${sides}`,
];
const ports4 = (sides: string, others: string): readonly string[] => portRules('10.0.0.0/24', '10.0.1.8', 'icmp', sides, others);
const ports6 = (sides: string, others: string): readonly string[] => portRules('2001:db8::/64', '2001:db8:1::8', 'ipv6-icmp', sides, others);

/** Sets that rules change, in nft and as ipset keeps them. Timeouts are longer than any test. */
const cases: readonly Case[] = [
  { family: 4, sets: 'create s hash:ip\nadd s 10.0.3.7\n', rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { family: 6, sets: 'create s hash:ip family inet6\nadd s 2001:db8:0:7::1\n', rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { family: 4, sets: 'create s hash:ip netmask 24\nadd s 10.0.9.0\n', rules: ['-m set --match-set s src', '-m set --match-set s dst', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src --add-set s dst'] },
  { family: 4, sets: 'create s hash:ip bitmask 255.0.0.255\nadd s 10.0.9.5\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  // What is nothing under the mask is not taken.
  { family: 4, sets: 'create s hash:ip bitmask 0.0.0.255\n', rules: ['-m set --match-set s src', '-j SET --add-set s src', '-m set ! --match-set s src'] },
  { family: 4, sets: 'create s hash:ip timeout 1000\nadd s 10.0.0.5\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src --exist', '-p tcp -j SET --add-set s src --timeout 0', '-p icmp -j SET --del-set s src'] },
  { family: 4, sets: 'create s hash:ip\ncreate t hash:ip\n', rules: ['-m set --match-set s src -m set ! --match-set t dst', '-p udp -j SET --add-set s src --del-set t dst', '-p tcp -m set --match-set s src -j SET --add-set t dst --del-set s src', '-m set --match-set t dst'] },
  { family: 6, sets: 'create t hash:ip family inet6 netmask 64\n', rules: ['-m set --match-set t src', '-p udp -j SET --add-set t src', '-m set --match-set t dst', '-p tcp -j SET --add-set t dst'] },
  { family: 4, sets: 'create s bitmap:ip range 10.0.0.0-10.0.0.199\nadd s 10.0.0.9\nadd s 10.0.0.6\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src', '-m set ! --match-set s src', '-p icmp -j SET --add-set s dst'] },
  { family: 4, sets: 'create s bitmap:ip range 10.0.0.0-10.0.3.255 netmask 24\nadd s 10.0.0.0\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src', '-m set ! --match-set s dst', '-p sctp -j SET --add-set s dst'] },
  { family: 4, sets: 'create s bitmap:ip range 10.0.0.0-10.0.3.7 timeout 500\nadd s 10.0.0.6 timeout 0\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src --exist', '-p tcp -j SET --del-set s src', '-p icmp -j SET --add-set s src --timeout 100'] },
  { family: 4, sets: 'create s hash:ip,port\nadd s 10.0.0.5,udp:53\nadd s 10.0.0.6,icmp:8/0\nadd s 10.0.0.6,47:0\n', rules: ports4('src,dst', 'dst,src') },
  { family: 4, sets: 'create s hash:ip,port timeout 900\nadd s 10.0.0.5,udp:53 timeout 0\n', rules: ports4('src,src', 'src,dst') },
  { family: 4, sets: 'create s hash:ip,port netmask 24\nadd s 10.0.0.0,tcp:80\n', rules: ports4('src,dst', 'dst,src') },
  { family: 6, sets: 'create s hash:ip,port family inet6\nadd s 2001:db8::5,udp:53\nadd s 2001:db8::6,icmpv6:128/0\nadd s 2001:db8::6,47:0\n', rules: ports6('src,dst', 'dst,src') },
  { family: 6, sets: 'create s hash:ip,port family inet6\n', rules: ports6('dst,dst', 'src,src') },
  { family: 4, sets: 'create s hash:ip,port\nadd s 10.0.0.5,udp:53\n', rules: ['-p tcp -j SET --add-set s src,dst', '-m set --match-set s src,dst', '-m set ! --match-set s src,dst'] },
  { family: 4, sets: 'create s hash:ip,port,ip\nadd s 10.0.0.5,udp:53,10.0.1.7\nadd s 10.0.0.6,icmp:8/0,10.0.1.7\n', rules: ports4('src,dst,dst', 'dst,dst,src') },
  { family: 6, sets: 'create s hash:ip,port,ip family inet6\nadd s 2001:db8::5,udp:53,2001:db8:1::7\n', rules: ports6('src,dst,dst', 'dst,src,src') },
  { family: 4, sets: 'create s hash:ip,port\ncreate t hash:ip,port\n', rules: ['-m set --match-set s src,dst -m set ! --match-set t dst,dst', '-s 10.0.0.0/24 -j SET --add-set s src,dst --del-set t dst,dst', '-m set --match-set s src,dst -j SET --add-set t dst,dst --del-set s src,dst', '-m set --match-set t dst,dst'] },
  { family: 4, sets: 'create s bitmap:port range 0-79\nadd s 7\n', rules: ['-m set --match-set s dst', '-m set ! --match-set s src', '-j SET --add-set s dst', '-p tcp -j SET --del-set s src', '-p icmp -j SET --add-set s src'] },
  { family: 6, sets: 'create s bitmap:port range 0-65535\nadd s 53\n', rules: ['-m set --match-set s dst', '-m set ! --match-set s src', '-p udp -j SET --add-set s dst', '-p tcp -j SET --del-set s dst'] },
  { family: 4, sets: 'create s hash:net\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src', '-m set ! --match-set s src', '-m set ! --match-set s src --return-nomatch'] },
  { family: 6, sets: 'create s hash:net family inet6\nadd s 2001:db8::5\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src', '-m set ! --match-set s src'] },
  // What is added has the size of the narrowest network: hosts, or networks where there is no host.
  { family: 4, sets: 'create s hash:net\nadd s 10.0.0.0/25\nadd s 10.0.3.7\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-m set ! --match-set s src', '-p icmp -j SET --add-set s dst', '-m set --match-set s dst'] },
  { family: 4, sets: 'create s hash:net timeout 800\nadd s 10.0.4.0/23 timeout 0\nadd s 10.0.1.0/29 timeout 0\nadd s 10.0.0.200/29\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-m set ! --match-set s src', '-p tcp -j SET --add-set s src --exist'] },
  { family: 6, sets: 'create s hash:net family inet6\nadd s 2001:db8:0:7::/64\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-m set ! --match-set s src', '-p tcp -j SET --add-set s dst', '-m set --match-set s dst'] },
  { family: 4, sets: 'create s hash:net,port\nadd s 10.0.0.5,udp:53\n', rules: ports4('src,dst', 'dst,src') },
  { family: 6, sets: 'create s hash:ip,port,net family inet6\nadd s 2001:db8::5,udp:53,2001:db8:1::7\n', rules: ports6('src,dst,dst', 'dst,src,src') },
];

/** Types with elements, and how many directions they want. */
const types: { readonly [F in Family]: readonly (readonly [string, number])[] } = {
  4: [
    ['hash:ip', 1], ['hash:ip netmask 28\nadd s 10.0.0.0', 1], ['bitmap:ip range 10.0.0.6-10.0.3.7\nadd s 10.0.3.7', 1], ['hash:ip,port\nadd s 10.0.0.5,icmp:8/0\nadd s 10.0.3.8,sctp:80', 2], ['hash:ip,port bitmask 0.0.0.255', 2],
    ['bitmap:port range 50-60', 1], ['hash:ip,port,ip\nadd s 10.0.0.200,47:0,10.0.1.8', 3], ['hash:net\nadd s 10.0.0.6', 1], ['hash:net,port\nadd s 10.0.0.6,udp:53', 2],
  ],
  6: [
    ['hash:ip family inet6', 1], ['hash:ip family inet6 netmask 64', 1], ['hash:ip,port family inet6\nadd s 2001:db8::5,icmpv6:128/0', 2], ['bitmap:port range 0-53', 1], ['hash:ip,port,ip family inet6', 3],
    ['hash:net family inet6', 1], ['hash:net,port family inet6\nadd s 2001:db8::6,tcp:80', 2],
  ],
};

/** Rules that look into one or two sets and change them, in any order: a few packets, since nft may lose a key that has come and gone often. */
function drawnCase(number: number): Case {
  const random = createRandom(seed * 1000 + number);
  const family: Family = number % 2 === 0 ? 4 : 6;
  const sets = ['s', 't'].map((name) => {
    const [type, sides] = random.pick(types[family]);
    return { name, sides, text: `create ${type.replaceAll('add s', `add ${name}`)}\n`.replace('create ', `create ${name} `) };
  });
  const asked = (): string => {
    const { name, sides } = random.pick(sets);
    return `${name} ${Array.from({ length: sides }, () => random.pick(['src', 'dst'])).join(',')}`;
  };
  const named = ['-p tcp', '-p udp', '-p sctp', '-p 58', '-p 1', '-p 47', '-p 33'];
  const chosen = ['', '', '', ...named, '! -p tcp', '! -p 58', family === 4 ? '-s 10.0.0.0/24' : '-s 2001:db8::/64'];
  // A set that nobody changes is another matter.
  const rules = ['s', 't'].map((name, index) => `-j SET --add-set ${name} ${Array.from({ length: sets[index]?.sides ?? 1 }, () => random.pick(['src', 'dst'])).join(',')}`);
  rules.splice(0, 2, `-p sctp ${rules[0]}`, `-p udp ${rules[1]}`);
  rules.push(...Array.from({ length: 12 }, (_, index) => {
    const start = random.pick(chosen);
    const look = `-m set ${random.pick(['', '! '])}--match-set ${asked()}`;
    if (index % 2 === 0) return `${start} ${look}`;
    const changes = random.pick([`--add-set ${asked()}`, `--add-set ${asked()}`, `--del-set ${asked()}`, `--add-set ${asked()} --del-set ${asked()}`]);
    // No key may come and go with every packet.
    return `${changes.includes('--del-set') ? random.pick(named) : start} ${random.pick(['', look])} -j SET ${changes}`;
  }));
  return { family, sets: sets.map(({ text }) => text).join(''), rules };
}

/** What no guard can make: in IPv4 keys of ports rest on what only fragments of ICMPv6 break. */
const beside = ({ family, sets }: Case): readonly AssumptionId[] => [
  ...(family === 4 && sets.includes(',port') ? ['no-later-fragments' as const] : []), 'room-in-sets', 'sets-as-given', 'no-ipv6-authentication-headers', 'no-broken-ipv6-extension-headers', 'one-fragment-header',
];

describe.skipIf(!available().ok)('sets that packets change, in nft as ipset keeps them', () => {
  test.each(cases)('IPv$family $sets', (given) => isAlike(given, count, 2));
  test.each(Array.from({ length: drawn }, (_, number) => number))('random rules %i', (number) => isAlike(drawnCase(number), 100, 1));
});

/** `least`: so many marks are seen at least. */
async function isAlike(given: Case, many: number, least: number): Promise<void> {
  const { sets, rules, family } = given;
  const text = marking(rules);
  const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: parseSets(sets, { file: 'sets' }).value };
  const flow = setFlow(many, family, seed);
  for (const [strict, packets] of [[false, flow.filter((packet) => isSound(packet, family))], [true, flow.filter((packet) => isSound(packet, family) || family === 6 || packet.bytes[9] !== 58)]] as const) {
    const { text: script, diagnostics, assumptions } = translate(program, { to: 'nft', strict, assume: strict ? beside(given) : [] });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(validateNft(program, { text: script ?? '', notation: 'nft', assumptions }).verification.kind).toBe('equivalent');
    const legacy = await judged(packets, { family, text, sets });
    expect(await judged(packets, { script: script ?? '' })).toEqual(legacy);
    expect(new Set(legacy.map((line) => / mark .*$/m.exec(line)?.[0] ?? line.split('\n').find((one) => one.startsWith('mark')))).size).toBeGreaterThanOrEqual(least);
  }
}

type Loaded = { readonly family: Family; readonly text: string; readonly sets: string } | { readonly script: string };

const judged = (packets: readonly PacketInput[], loaded: Loaded): Promise<readonly string[]> =>
  withHost(world, async (host) => {
    if ('script' in loaded) await host.loadNft(loaded.script);
    else {
      await host.loadSets(loaded.sets);
      await host.loadLegacy(loaded.family, loaded.text);
    }
    return (await host.judge(packets)).map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`);
  });
