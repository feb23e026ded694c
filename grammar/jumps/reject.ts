import type { Family, RejectType } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

/** Names and short names, in the order in which iptables looks for a case-free beginning. */
const types: { readonly [F in Family]: readonly (readonly [RejectType, string])[] } = {
  4: [
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['tcp-reset', 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    ['tcp-reset', 'tcp-reset'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
};

const usual: { readonly [F in Family]: RejectType } = { 4: 'icmp-port-unreachable', 6: 'icmp6-port-unreachable' };

function readType(word: Word, context: DecodeContext): RejectType | undefined {
  const folded = word.text.toLowerCase();
  const known = types[context.family];
  const found = known.find(([name, short]) => name.startsWith(folded) || short.startsWith(folded));
  if (found === undefined) {
    context.report('bad-keyword', { text: word.text, expected: known.map(([name]) => name).join(', ') }, placeOf(word, context));
  }
  return found?.[0];
}

export const reject: JumpExtension<'reject'> = {
  kind: 'reject',
  target: 'REJECT',
  families: [4, 6],
  options: [{ name: 'reject-with', arity: 1 }],
  decode(given, context) {
    const uses = readUses(given);
    const type = uses.value('reject-with', (word) => readType(word, context));
    return uses.failed ? undefined : { kind: 'reject', source: context.source, with: type ?? usual[context.family] };
  },
  print: (jump) => printValue('reject-with', jump.with),
  needs: (jump) =>
    jump.with === 'tcp-reset'
      ? { tables: ['filter'], hooks: ['INPUT', 'FORWARD', 'OUTPUT'], protocols: [6], reason: 'is valid in the filter table only, and answers with a TCP reset under -p tcp only' }
      : { tables: ['filter'], hooks: ['INPUT', 'FORWARD', 'OUTPUT'], reason: 'is valid in the filter table only' },
};
