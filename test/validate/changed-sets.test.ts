import { expect, it } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import type { Family, Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { validateNft } from '../../src/validate/index.js';

interface Kept {
  readonly program: Program;
  readonly script: ReturnType<typeof translate>;
}

function kept(family: Family, sets: string, rules: readonly string[]): Kept {
  const text = `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`;
  const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: parseSets(sets, { file: 'sets' }).value };
  return { program, script: translate(program, { to: 'nft', strict: false, assume: [] }) };
}

const hosts = kept(4, 'create s hash:ip timeout 600\nadd s 10.0.0.5 timeout 0\nadd s 10.0.0.6 timeout 100\nadd s 10.0.0.7\n', [
  '-m set --match-set s src -j DROP', '-p udp -j SET --add-set s src --exist', '-p tcp -j SET --del-set s src', '-p icmp -j SET --add-set s src',
]);
const services = kept(4, 'create s hash:ip,port\nadd s 10.0.0.5,tcp:80\nadd s 10.0.0.6,icmp:8/0\nadd s 10.0.0.7,47:0\n', [
  '-m set --match-set s src,dst -j DROP', '-s 10.0.0.0/8 -j SET --add-set s src,dst', '-p tcp --dport 22 -j SET --del-set s src,dst', '-p icmp -j SET --add-set s src,src',
]);
const triples = kept(6, 'create s hash:ip,port,ip family inet6\nadd s 2001:db8::5,udp:53,2001:db8::6\n', ['-p udp -m set --match-set s src,dst,dst -j DROP', '-p udp --dport 53 -j SET --add-set s src,src,dst', '-j SET --del-set s dst,src,src']);
const ranges = kept(4, 'create s bitmap:ip range 10.0.0.0-10.0.0.9\nadd s 10.0.0.5\ncreate p bitmap:port range 1-1023\nadd p 22\n', ['-m set --match-set s src -j DROP', '-m set --match-set p dst -j DROP', '-p udp -j SET --add-set s src', '-j SET --add-set p dst']);
const networks = kept(4, 'create s hash:net\nadd s 10.0.0.0/24\nadd s 10.1.0.1\n', ['-m set --match-set s src -j DROP', '-p udp -j SET --add-set s src']);

it.each<readonly [string, Kept, RegExp, string, 'equivalent' | 'different']>([
  ['as it is', hosts, /$^/, '', 'equivalent'],
  ['with its elements in another order', hosts, /10\.0\.0\.5,(\s*)(10\.0\.0\.6 [^,]*),/, '$2,$110.0.0.5,', 'equivalent'],
  ['with another element', hosts, /10\.0\.0\.5/, '10.0.0.4', 'different'],
  ['without an element', hosts, /10\.0\.0\.5,/, '', 'different'],
  ['without elements', hosts, /elements = \{[^}]*\}/, '', 'different'],
  ['with an element that stays', hosts, / timeout 100s/, '', 'different'],
  ['with an element that goes later', hosts, /timeout 100s/, 'timeout 101s', 'different'],
  ['with another timeout of what is added', hosts, /(update @s \{ ip saddr timeout) 600s/, '$1 601s', 'different'],
  ['with what is updated only added', hosts, /update @s/, 'add @s', 'different'],
  ['with nothing taken out', hosts, /delete @s \{ ip saddr \}/, '', 'different'],
  ['with the address 0 added', hosts, /ip saddr != 0\.0\.0\.0 update/, 'update', 'different'],
  ['of ports', services, /$^/, '', 'equivalent'],
  ['of ports, with an element of another protocol', services, /10\.0\.0\.5 \. tcp/, '10.0.0.5 . udp', 'different'],
  ['of ports, with another type of ICMP', services, /icmp \. 2048/, 'icmp . 2049', 'different'],
  ['of ports, without an element of a protocol without', services, /10\.0\.0\.7 \. 47/, '10.0.0.7 . 48', 'different'],
  ['of ports, by the other port', services, /add @s \{ ip saddr \. meta l4proto \. th dport \}/, 'add @s { ip saddr . meta l4proto . th sport }', 'different'],
  ['of ports, by the other address', services, /add @s \{ ip saddr \. meta l4proto \. th dport \}/, 'add @s { ip daddr . meta l4proto . th dport }', 'different'],
  ['of ports, of a protocol less', services, /\{ tcp, udp, sctp, udplite \}( ip saddr != 0\.0\.0\.0)/, '{ tcp, udp, sctp }$1', 'different'],
  ['of ports, with nothing added of other protocols', services, /ip saddr != 0\.0\.0\.0 add @_\.s\.other/, 'ip saddr 0.0.0.0 add @_.s.other', 'different'],
  ['of ports, with ICMP added for any protocol', services, /meta l4proto \{ icmp, ipv6-icmp \} (ip saddr != 0\.0\.0\.0)/, '$1', 'different'],
  ['of two addresses', triples, /$^/, '', 'equivalent'],
  ['of two addresses, with one twice', triples, /add @s \{ ip6 saddr \. meta l4proto \. th sport \. ip6 daddr \}/, 'add @s { ip6 saddr . meta l4proto . th sport . ip6 saddr }', 'different'],
  ['of two addresses, with another element', triples, /2001:db8::6/, '2001:db8::7', 'different'],
  ['with a range', ranges, /$^/, '', 'equivalent'],
  ['with a wider range', ranges, /10\.0\.0\.0-10\.0\.0\.9/, '10.0.0.0-10.0.0.10', 'different'],
  ['with ports beyond the range', ranges, /0x1-0x3ff/, '0x1-0x400', 'different'],
  ['with ports of more protocols', ranges, /\{ tcp, udp \} (@th,16,16 0x1-0x3ff)/, '{ tcp, udp, sctp } $1', 'different'],
  ['of networks', networks, /$^/, '', 'equivalent'],
  ['of networks, without one', networks, /10\.0\.0\.0\/24/, '10.0.0.0/25', 'different'],
  ['of networks, with networks added', networks, /add @s \{ ip saddr \}/, 'add @s { ip saddr & 255.255.255.0 }', 'different'],
])('a set that rules change, in nft %s', (_, { program, script: { text = '', assumptions } }, from, to, expected) => {
  const changed = text.replace(from, to);
  expect(changed === text).toBe(to === '' && from.source === '$^');
  expect(validateNft(program, { text: changed, notation: 'nft', assumptions }).verification.kind).toBe(expected);
});

it.each<readonly [string, readonly string[], RegExp]>([
  ['create s hash:ip forceadd\n', ['-j SET --add-set s src'], /forceadd/],
  ['create s hash:ip timeout 5\n', ['-j SET --add-set s src --exist --timeout 0'], /timeout 0/],
  ['create s hash:ip,mac\n', ['-j SET --add-set s src,src'], /type hash:ip,mac.*MAC/],
  ['create s hash:ip,mark\n', ['-j SET --add-set s src,src'], /type hash:ip,mark.*marks/],
  ['create s hash:net,iface\n', ['-j SET --add-set s src,src'], /type hash:net,iface.*interfaces/],
  ['create s hash:net,net\n', ['-j SET --add-set s src,dst'], /type hash:net,net.*two networks/],
  ['create a hash:ip\ncreate s list:set\nadd s a\n', ['-j SET --add-set s src'], /type list:set/],
  ['create s hash:ip\ncreate l list:set\nadd l s\n', ['-j SET --add-set s src'], /member of a list/],
  ['create s hash:net\nadd s 10.0.0.0/8\n', ['-j SET --add-set s src', '-j SET --del-set s dst'], /type hash:net.*narrowest that is left/],
  ['create s hash:net timeout 9\nadd s 10.0.0.0/8\n', ['-j SET --add-set s src'], /type hash:net.*narrowest that is left/],
  ['create s hash:net\nadd s 10.0.0.0/8\nadd s 10.0.0.5 nomatch\n', ['-j SET --add-set s src'], /nomatch/],
  ['create s hash:net,port\nadd s 10.0.0.0/8,tcp:80\n', ['-j SET --add-set s src,dst'], /type hash:net,port.*narrowest/],
  ['create s hash:ip\n', ['-j SET --add-set s src', '-j SET --add-set t src'], /"t".*not known/],
  ['create s hash:ip skbinfo\n', ['-j SET --map-set s src --map-mark'], /--map-set/],
])('says why %s is not carried', (sets, rules, reason) => {
  const text = `*mangle\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`;
  const program = { rulesets: [parse(text, { file: 'rules', family: 4 }).value], sets: parseSets(sets, { file: 'sets' }).value };
  const { text: script, diagnostics } = translate(program, { to: 'nft', strict: false, assume: [] });
  expect(script).toBeUndefined();
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message, hint }) => `${message}; ${hint}`).join('\n')).toMatch(reason);
});
