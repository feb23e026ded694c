import type { PkttypeMatch } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { printTest, readUses } from '../values/uses.js';

const names = ['unicast', 'broadcast', 'multicast', 'otherhost', 'bcast', 'mcast', 'host'] as const;

type PacketType = PkttypeMatch['packetType']['value'];

const aliases: { readonly [N in (typeof names)[number]]: PacketType } = {
  unicast: 'unicast', broadcast: 'broadcast', multicast: 'multicast', otherhost: 'otherhost',
  bcast: 'broadcast', mcast: 'multicast', host: 'unicast',
};

export const pkttype: MatchExtension<'pkttype'> = {
  kind: 'pkttype',
  modules: ['pkttype'],
  families: [4, 6],
  options: [{ name: 'pkt-type', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const name = readUses(given).test('pkt-type', (word) => readKeyword(word, context, names, 'caseless'));
    if (name === undefined) return undefined;
    return { kind: 'pkttype', source: context.source, packetType: { negated: name.negated, value: aliases[name.value] } };
  },
  print: (match) => printTest('pkt-type', match.packetType, String),
};
