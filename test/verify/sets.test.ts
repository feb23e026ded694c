import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import type { NamedSet, Predicate, PredicateOf } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { buildPacket } from '../../src/packet/index.js';
import { createHost } from '../../src/stack/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { lowerToNft } from '../../targets/nftables/index.js';
import { spelledOut } from '../../src/verify/spelled.js';

const address = fc.integer({ min: 0, max: 15 }).map((low) => `10.0.0.${low}`);
const prefix = fc.tuple(address, fc.constantFrom(24, 28, 29, 30, 31, 32)).map(([one, length]) => `${one}/${length}`);
const port = fc.tuple(fc.constantFrom('tcp', 'udp'), fc.integer({ min: 1, max: 3 })).map(([protocol, number]) => `${protocol}:${number}`);
const nomatch = fc.boolean().map((yes) => (yes ? ' nomatch' : ''));

const kinds = fc.oneof(
  fc.tuple(fc.constant('hash:ip'), fc.array(address), fc.constant('src')),
  fc.tuple(fc.constant('hash:net'), fc.array(fc.tuple(prefix, nomatch).map((parts) => parts.join(''))), fc.constantFrom('src', 'dst')),
  fc.tuple(fc.constant('hash:ip,port'), fc.array(fc.tuple(address, port).map((parts) => parts.join(','))), fc.constantFrom('src,dst', 'dst,src')),
  fc.tuple(fc.constant('hash:net,port'), fc.array(fc.tuple(prefix, port, nomatch).map(([net, service, no]) => `${net},${service}${no}`)), fc.constant('src,dst')),
  fc.tuple(fc.constant('bitmap:port range 0-9'), fc.array(fc.integer({ min: 0, max: 9 }).map(String)), fc.constantFrom('dst', 'src')),
);

const packet = fc.record({ source: address, destination: address, protocol: fc.constantFrom('tcp', 'udp'), sourcePort: fc.integer({ min: 1, max: 3 }), destinationPort: fc.integer({ min: 1, max: 3 }) });

/** Whether a lookup is still asked as one. */
const asksSet = (predicate: Predicate): predicate is PredicateOf<'set'> | PredicateOf<'not'> => predicate.kind === 'set' || (predicate.kind === 'not' && asksSet(predicate.operand));

it('what a lookup asks, spelled out, is what the lookup says', () => {
  fc.assert(
    fc.property(kinds, fc.boolean(), fc.array(packet, { minLength: 1, maxLength: 8 }), ([kind, elements, direction], negated, packets) => {
      const [type, ...more] = kind.split(' ');
      const range = more.length > 0 ? ` ${more.join(' ')}` : '';
      const family = kind.startsWith('hash') ? ' family inet' : '';
      const text = `create s ${type}${range}${family}\n${[...new Set(elements)].map((element) => `add s ${element}\n`).join('')}`;
      const sets: readonly NamedSet[] = parseSets(text, { file: 'sets' }).value;
      const rules = parse(`*filter\n-A INPUT -m set ${negated ? '! ' : ''}--match-set s ${direction} -j DROP\nCOMMIT\n`, { file: 'rules', family: 4 });
      expect(rules.diagnostics).toEqual([]);
      expect(sets).toHaveLength(1);
      const program = { rulesets: [rules.value], sets };
      const [core] = lower(program).value.rulesets;
      if (core === undefined) throw new Error('no rules');
      const expanded = spelledOut(core, sets);
      expect(expanded.tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules.flatMap(({ steps }) => steps))).some((step) => step.kind !== 'refuse' && asksSet(step.predicate))).toBe(false);
      const host = createHost({ engines: [coreEngine(expanded, 4)] });
      const interpreter = createInterpreter(program);
      for (const { source, destination, protocol, sourcePort, destinationPort } of packets) {
        const ports = { sourcePort, destinationPort };
        const bytes = buildPacket({ family: 4, source, destination, transport: protocol === 'tcp' ? { kind: 'tcp', ...ports, flags: 2 } : { kind: 'udp', ...ports } });
        const input = { id: '1', origin: 'wire' as const, inInterface: 'eth0', bytes };
        expect(host.judge(input).verdict).toBe(interpreter.judge(input).verdict);
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['create s hash:ip bitmask 255.0.0.255\nadd s 10.0.0.5\n', 'src'],
  ['create s hash:ip,mark markmask 0xff\nadd s 10.0.0.5,1\n', 'src,src'],
  ['create s hash:net,net\nadd s 10.0.0.0/8,10.0.0.0/8\n', 'src,dst'],
  ['create s hash:net,iface\nadd s 10.0.0.0/8,eth wildcard\n', 'src,src'],
  ['create s hash:net,iface\nadd s 10.0.0.0/8,eth0\nadd s 10.0.0.0/24,eth1\n', 'src,src'],
])('%j asks more than its parts: nothing takes it for less', (sets, directions) => {
  const program = { rulesets: [parse(`*filter\n-A INPUT -m set --match-set s ${directions} -j DROP\nCOMMIT\n`, { file: 'rules', family: 4 }).value], sets: parseSets(sets, { file: 'sets' }).value };
  const core = lower(program).value;
  expect(core.sets).toHaveLength(1);
  const [rules] = core.rulesets;
  const left = rules === undefined ? [] : spelledOut(rules, core.sets).tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules.flatMap(({ steps }) => steps)));
  expect(left.some((step) => step.kind !== 'refuse' && asksSet(step.predicate))).toBe(true);
  expect(lowerToNft(core, { strict: false, assume: [] }).diagnostics.map(({ code }) => code)).toEqual(['nft-cannot-say']);
});

it('what rules change is not what was given', () => {
  const sets = parseSets('create a hash:ip\nadd a 10.0.0.1\ncreate b hash:ip\ncreate l list:set\nadd l a\n', { file: 'sets' }).value;
  const kept = (rule: string): readonly string[] => lower({ rulesets: [parse(`*filter\n${rule}\nCOMMIT\n`, { file: 'rules', family: 4 }).value], sets }).value.sets.map(({ name }) => name);
  expect(kept('-A INPUT -m set --match-set a src -j DROP')).toEqual(['a', 'b', 'l']);
  expect(kept('-A INPUT -j SET --add-set a src')).toEqual(['b']);
  expect(kept('-A INPUT -j SET --del-set l src')).toEqual(['b']);
});
