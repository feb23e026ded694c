import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import type { Family } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { type Host, withHost } from './host.js';
import { marking, setFlow } from './set-jump.js';
import { world } from './world.js';

const count = Number(process.env['FERRULE_PACKETS'] ?? 150);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Sets that rules change, in nft and as ipset keeps them. Timeouts are longer than any test. */
const cases: readonly { readonly sets: string; readonly family: Family; readonly rules: readonly string[] }[] = [
  { family: 4, sets: 'create s hash:ip\nadd s 10.0.3.7\n', rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { family: 6, sets: 'create s hash:ip family inet6\nadd s 2001:db8:0:7::1\n', rules: ['-m set --match-set s src', '-p udp --dport 53 -j SET --add-set s src', '-p tcp --dport 80 -j SET --del-set s src', '-m set ! --match-set s src'] },
  { family: 4, sets: 'create s hash:ip netmask 24\nadd s 10.0.9.0\n', rules: ['-m set --match-set s src', '-m set --match-set s dst', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src --add-set s dst'] },
  { family: 4, sets: 'create s hash:ip bitmask 255.0.0.255\nadd s 10.0.9.5\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src', '-p tcp -j SET --del-set s src'] },
  { family: 4, sets: 'create s hash:ip timeout 1000\nadd s 10.0.0.5\n', rules: ['-m set --match-set s src', '-p udp -j SET --add-set s src --exist', '-p tcp -j SET --add-set s src --timeout 0', '-p icmp -j SET --del-set s src'] },
  { family: 4, sets: 'create s hash:ip\ncreate t hash:ip\n', rules: ['-m set --match-set s src -m set ! --match-set t dst', '-p udp -j SET --add-set s src --del-set t dst', '-p tcp -m set --match-set s src -j SET --add-set t dst --del-set s src', '-m set --match-set t dst'] },
  { family: 6, sets: 'create t hash:ip family inet6 netmask 64\n', rules: ['-m set --match-set t src', '-p udp -j SET --add-set t src', '-m set --match-set t dst', '-p tcp -j SET --add-set t dst'] },
];

const load = { legacy: (host: Host, family: Family, text: string) => host.loadLegacy(family, text), nft: (host: Host, _: Family, text: string) => host.loadNft(text) };

describe.skipIf(!available().ok)('sets that packets change, in nft as ipset keeps them', () => {
  test.each(cases)('IPv$family $sets', async ({ sets, rules, family }) => {
    const text = marking(rules);
    const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: parseSets(sets, { file: 'sets' }).value };
    const { text: script, diagnostics } = translate(program, { to: 'nft', strict: false, assume: [] });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const packets = setFlow(count, family, seed).filter(({ bytes }) => !isCutOff(bytes, family));
    const judged = async (by: keyof typeof load, given: string): Promise<readonly string[]> =>
      withHost(world, async (host) => {
        if (by === 'legacy') await host.loadSets(sets);
        await load[by](host, family, given);
        return (await host.judge(packets)).map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`);
      });
    const legacy = await judged('legacy', text);
    expect(await judged('nft', script ?? '')).toEqual(legacy);
    expect(new Set(legacy.map((line) => / mark .*$/m.exec(line)?.[0] ?? line.split('\n').find((one) => one.startsWith('mark')))).size).toBeGreaterThan(1);
  });
});

/** Headers that rules with ports drop whole: the translation's condition. */
function isCutOff(bytes: Uint8Array, family: Family): boolean {
  const [protocol, length] = [bytes[family === 4 ? 9 : 6], bytes.length - (family === 4 ? 20 : 40)];
  return protocol === 6 && length < 20;
}
