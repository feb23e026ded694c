import type { Family, NamedSet } from '../../../src/ir/index.js';
import { parseSets } from '../../../grammar/index.js';
import { either, type Forms } from './form.js';

/** Sets of more types, as `ipset restore` takes them. */
const texts: { readonly [F in Family]: string } = {
  4: [
    'create f-netport hash:net,port family inet', 'add f-netport 10.0.0.0/24,tcp:80', 'add f-netport 10.0.1.0/25,udp:53', 'add f-netport 10.0.0.5,tcp:80 nomatch', 'add f-netport 0.0.0.0/1,sctp:80',
    'create f-triple hash:ip,port,ip family inet', 'add f-triple 10.0.0.5,tcp:80,10.0.1.7', 'add f-triple 10.0.0.6,udp:53,10.0.1.7', 'add f-triple 10.0.0.5,icmp:8/0,10.0.1.7',
    'create f-wide hash:ip,port,net family inet', 'add f-wide 10.0.0.5,tcp:22,10.0.1.0/24', 'add f-wide 10.0.0.6,tcp:80,10.0.0.0/15', 'add f-wide 10.0.0.6,tcp:80,10.0.1.7 nomatch',
    'create f-device hash:net,iface family inet', 'add f-device 10.0.0.0/24,eth0', 'add f-device 10.0.1.0/24,eth1', 'add f-device 203.0.113.0/24,eth2',
   
    'create f-range bitmap:ip range 10.0.0.0/24', 'add f-range 10.0.0.5-10.0.0.6', 'add f-range 10.0.0.130',
    'create f-service hash:ip,port family inet timeout 600', 'add f-service 10.0.0.5,tcp:80 timeout 0', 'add f-service 10.0.0.6,icmp:8/0', 'add f-service 10.0.1.7,47:0',
    'create f-ports bitmap:port range 0-1023', 'add f-ports 22', 'add f-ports 80',
    'create f-hosts hash:net family inet', 'add f-hosts 10.0.0.5', 'add f-hosts 10.0.1.0/25',
    'create f-masked hash:ip family inet netmask 24', 'add f-masked 10.0.0.0', 'add f-masked 198.51.100.0',
    'create f-pair hash:ip family inet', 'add f-pair 10.0.0.5', 'add f-pair 10.0.1.200',
    'create f-list list:set', 'add f-list f-masked', 'add f-list f-netport', 'add f-list f-pair',
    'create f-empty hash:net family inet', 'create f-all hash:net family inet', 'add f-all 0.0.0.0/1', 'add f-all 128.0.0.0/1', 'add f-all 10.0.0.0/25 nomatch',
    'create f-timed hash:ip family inet timeout 3600', 'add f-timed 10.0.0.5', 'add f-timed 10.0.0.6 timeout 0', 'create f-count hash:ip family inet counters', 'add f-count 10.0.0.5 packets 2 bytes 100', 'add f-count 10.0.0.6',
    'create f-extra hash:ip family inet skbinfo', 'add f-extra 10.0.0.5 skbmark 0x11/0xff skbprio 1:2', 'add f-extra 10.0.0.6 skbmark 0x3',
  ].join('\n'),
  6: [
    'create f-netport hash:net,port family inet6', 'add f-netport 2001:db8:0:1::/64,tcp:80', 'add f-netport 2001:db8:1:1::/96,udp:53', 'add f-netport 2001:db8:0:1::5,tcp:80 nomatch', 'add f-netport 2001:db8:0:1::6,icmpv6:128/0',
    'create f-service hash:ip,port family inet6 timeout 600', 'add f-service 2001:db8:0:1::5,tcp:80 timeout 0', 'add f-service 2001:db8:0:1::6,icmpv6:128/0', 'add f-service 2001:db8:1:1::7,47:0',
    'create f-ports bitmap:port range 0-1023', 'add f-ports 22', 'add f-ports 80',
    'create f-hosts hash:net family inet6', 'add f-hosts 2001:db8:0:1::5', 'add f-hosts 2001:db8:1:1::/64',
    'create f-triple hash:ip,port,ip family inet6', 'add f-triple 2001:db8:0:1::5,tcp:80,2001:db8:1:1::7', 'add f-triple 2001:db8:0:1::6,udp:53,2001:db8:1:1::7',
    'create f-wide hash:ip,port,net family inet6', 'add f-wide 2001:db8:0:1::5,tcp:22,2001:db8:1:1::/64', 'add f-wide 2001:db8:0:1::6,tcp:80,2001:db8::/47', 'add f-wide 2001:db8:0:1::6,tcp:80,2001:db8:1:1::7 nomatch',
    'create f-device hash:net,iface family inet6', 'add f-device 2001:db8:0:1::/64,eth0', 'add f-device 2001:db8:1:1::/64,eth1', 'add f-device 2001:db8:9::/48,eth2',
   
    'create f-masked hash:ip family inet6 netmask 64', 'add f-masked 2001:db8:0:1::', 'add f-masked 2001:db8:a::',
    'create f-pair hash:ip family inet6', 'add f-pair 2001:db8:0:1::5', 'add f-pair 2001:db8:1:1::c8',
    'create f-list list:set', 'add f-list f-masked', 'add f-list f-netport', 'add f-list f-pair',
    'create f-empty hash:net family inet6', 'create f-all hash:net family inet6', 'add f-all ::/1', 'add f-all 8000::/1', 'add f-all 2001:db8:0:1::/96 nomatch',
    'create f-timed hash:ip family inet6 timeout 3600', 'add f-timed 2001:db8:0:1::5', 'add f-timed 2001:db8:0:1::6 timeout 0', 'create f-count hash:ip family inet6 counters', 'add f-count 2001:db8:0:1::5 packets 2 bytes 100', 'add f-count 2001:db8:0:1::6',
    'create f-extra hash:ip family inet6 skbinfo', 'add f-extra 2001:db8:0:1::5 skbmark 0x11/0xff skbprio 1:2', 'add f-extra 2001:db8:0:1::6 skbmark 0x3',
  ].join('\n'),
};

const lookups: Forms = {
  both: either(
    ...['src,dst', 'dst,dst', 'src,src', 'dst,src'].flatMap((way) => [`-m set --match-set f-netport ${way}`, `-m set --match-set f-device ${way}`]),
    ...['src,dst', 'dst,src', 'src,src'].map((way) => `-m set --match-set f-service ${way}`),
    ...['src', 'dst'].flatMap((way) => [`-m set --match-set f-ports ${way}`, `-m set --match-set f-hosts ${way}`]),
    ...['src,dst,dst', 'dst,src,src', 'src,src,dst'].flatMap((way) => [`-m set --match-set f-triple ${way}`, `-m set --match-set f-wide ${way}`]),
    ...['src', 'dst'].flatMap((way) => ['f-masked', 'f-pair', 'f-empty', 'f-all', 'f-timed', 'f-count', 'f-extra'].map((name) => `-m set --match-set ${name} ${way}`)),
    '-m set --match-set f-list src', '-m set --match-set f-list src,dst', '-m set --match-set f-list dst,dst', '-m set --match-set f-all src --return-nomatch', '-m set --match-set f-netport src,dst --return-nomatch',
  ),
  4: either('-m set --match-set f-range src', '-m set --match-set f-range dst'),
};

const setsOf = (family: Family): readonly NamedSet[] => parseSets(`${texts[family]}\n`, { file: 'forms.ipset' }).value;
const known: { readonly [F in Family]: readonly NamedSet[] } = { 4: setsOf(4), 6: setsOf(6) };

export const setMatches = lookups;

export const countingSets: Forms = { both: ['gt 2', 'lt 3', 'eq 0'].flatMap((test) => [`-m set --match-set f-count src --packets-${test}`, `-m set --match-set f-count src --bytes-${test}`]).concat('-m set --match-set f-count src ! --update-counters', '-m set --match-set f-count dst ! --packets-eq 3') };

const changing = (sets: readonly string[]): readonly string[] => sets.flatMap((set) => [`-j SET --add-set ${set}`, `-j SET --del-set ${set}`, `-j SET --add-set ${set} --exist`]);

export const setJumps: Forms = {
  both: [
    ...changing(['f-pair src', 'f-pair dst', 'f-netport src,dst', 'f-empty src', 'f-all dst', 'f-timed src', 'f-triple src,dst,dst', 'f-masked src', 'f-service src,dst', 'f-service dst,src', 'f-ports dst', 'f-ports src']),
    '-j SET --add-set f-timed src --timeout 600', '-j SET --add-set f-timed dst --exist --timeout 60', '-j SET --map-set f-extra src --map-mark', '-j SET --map-set f-extra dst --map-mark --map-prio',
    '-j SET --add-set f-hosts src', '-j SET --add-set f-hosts dst --exist', '-p tcp -j SET --add-set f-service src,src --del-set f-ports dst', '-p udp -j SET --add-set f-service src,dst --timeout 60',
  ],
  4: changing(['f-range src', 'f-range dst']),
};

/** The sets that rules name, those that lists hold before the lists. */
export function formSets(family: Family, rules: string): { readonly sets: readonly NamedSet[]; readonly text: string } {
  const named = known[family].filter(({ name }) => rules.includes(`-set ${name} `));
  const members = new Set(named.flatMap(({ elements }) => elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : [])))));
  const sets = known[family].filter((set) => named.includes(set) || members.has(set.name));
  const lines = texts[family].split('\n').filter((line) => sets.some(({ name }) => line.split(' ')[1] === name));
  return { sets, text: lines.map((line) => `${line}\n`).join('') };
}
