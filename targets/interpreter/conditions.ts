import type { AddressMask, Conditions, Family, InterfacePattern, Test as IrTest } from '../../src/ir/index.js';
import { destinationOffset, findIpv6Header, read32, read8, sourceOffset } from '../../src/stack/index.js';
import { condemn, type Evaluation, type Test } from './evaluation.js';

/** The core options of a rule in xtables' order: addresses, interfaces, protocol, fragment. */
export function conditionTests(conditions: Conditions, family: Family): readonly Test[] {
  const { source, destination, inInterface, outInterface, protocol, anyProtocol, fragment } = conditions;
  return [
    ...(source === undefined ? [] : [addressTest(source, sourceOffset(family), family)]),
    ...(destination === undefined ? [] : [addressTest(destination, destinationOffset(family), family)]),
    ...(inInterface === undefined ? [] : [interfaceTest(inInterface, 'inInterface')]),
    ...(outInterface === undefined ? [] : [interfaceTest(outInterface, 'outInterface')]),
    ...(protocol === undefined ? [] : [family === 4 ? protocolTest4(protocol) : protocolTest6(protocol)]),
    ...(anyProtocol === true && family === 6 ? [headersWalk] : []),
    ...(fragment === undefined ? [] : [fragmentTest(fragment.negated)]),
  ];
}

/** Word by word, only where the mask has bits. */
function addressTest({ value, negated }: IrTest<AddressMask>, offset: number, family: Family): Test {
  const words = family === 4 ? [0] : [0, 1, 2, 3];
  const word = (of: bigint, at: number): number => Number((of >> BigInt(32 * (words.length - 1 - at))) & 0xffffffffn);
  const parts = words.map((at) => ({ at: offset + 4 * at, mask: word(value.mask, at), address: word(value.address, at) })).filter(({ mask, address }) => mask !== 0 || address !== 0);
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    const { at, mask, address } = first;
    return ({ packet }) => ((read32(packet.bytes, at) & mask) >>> 0 === address) !== negated;
  }
  return ({ packet }) => parts.every(({ at, mask, address }) => (read32(packet.bytes, at) & mask) >>> 0 === address) !== negated;
}

/** A missing interface is the empty name. */
function interfaceTest({ value: { name, prefix }, negated }: IrTest<InterfacePattern>, which: 'inInterface' | 'outInterface'): Test {
  if (prefix) return ({ packet }) => (packet[which] ?? '').startsWith(name) !== negated;
  return ({ packet }) => ((packet[which] ?? '') === name) !== negated;
}

const protocolTest4 =
  ({ value, negated }: IrTest<number>): Test =>
  ({ packet }) =>
    (read8(packet.bytes, 9) === value) !== negated;

/** Walks to the transport header and remembers where it is. A walk that fails drops the packet, `!` or not. */
const protocolTest6 =
  ({ value, negated }: IrTest<number>): Test =>
  (evaluation) => {
    const protocol = walk(evaluation);
    return protocol === undefined ? condemn(evaluation) : (protocol === value) !== negated;
  };

/** IPv6 `-p all` compares nothing, but walks. */
const headersWalk: Test = (evaluation) => walk(evaluation) !== undefined || condemn(evaluation);

function walk(evaluation: Evaluation): number | undefined {
  const found = findIpv6Header(evaluation.packet.bytes);
  if (found.kind !== 'found') return undefined;
  evaluation.transport = found.offset;
  evaluation.fragment = found.fragmentOffset;
  return found.protocol;
}

const fragmentTest =
  (negated: boolean): Test =>
  ({ fragment }) =>
    (fragment !== 0) !== negated;
