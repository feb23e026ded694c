import { prefixLength, type Conditions, type InterfacePattern, type Test } from '../../src/ir/index.js';
import { formatAddress } from '../../src/packet/index.js';
import { not, type Drawn } from './draft.js';
import type { Drawing } from './language.js';
import { interfaces, prefixes } from './pool.js';

export const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 33: 'dccp', 47: 'gre', 50: 'esp', 51: 'ah', 58: 'ipv6-icmp', 108: 'ipcomp', 132: 'sctp', 135: 'mobility-header', 136: 'udplite' };

/** The core options of one rule; `protocol` is given when the matches need one. `user` chains may test any interface. */
export function drawConditions(drawing: Drawing, protocol: Test<number> | undefined, user: boolean): Drawn<Conditions> {
  const { random, family } = drawing;
  const address = (chance: number) => (random.chance(chance) ? { value: random.pick(prefixes[family]), negated: random.chance(0.2) } : undefined);
  const source = address(0.3);
  const destination = address(0.3);
  const may = (names: readonly string[]): boolean => user || drawing.hooks.every((hook) => names.includes(hook));
  const pattern = (): Test<InterfacePattern> => ({ value: random.pick(interfaces), negated: random.chance(0.2) });
  const inInterface = may(['PREROUTING', 'INPUT', 'FORWARD']) && random.chance(0.2) ? pattern() : undefined;
  const outInterface = !drawing.language.frameOnly && may(['FORWARD', 'OUTPUT', 'POSTROUTING']) && random.chance(0.15) ? pattern() : undefined;
  const fragment = family === 4 && !drawing.language.frameOnly && random.chance(0.03) ? { negated: random.chance(0.5) } : undefined;
  const node: Conditions = {
    ...(source && { source }), ...(destination && { destination }), ...(inInterface && { inInterface }), ...(outInterface && { outInterface }),
    ...(protocol && { protocol }), ...(fragment && { fragment }),
  };
  const addressWords = (option: string, test: Conditions['source']): string => {
    if (test === undefined) return '';
    const length = prefixLength(family, test.value.mask);
    return `${not(test.negated)} ${option} ${formatAddress(family, test.value.address)}/${length ?? formatAddress(family, test.value.mask)}`;
  };
  const interfaceWords = (option: string, test: Test<InterfacePattern> | undefined): string =>
    test === undefined ? '' : `${not(test.negated)} ${option} ${test.value.name}${test.value.prefix ? '+' : ''}`;
  const words = addressWords('-s', source) + addressWords('-d', destination) + interfaceWords('-i', inInterface) + interfaceWords('-o', outInterface)
    + (protocol ? `${not(protocol.negated)} -p ${protocolNames[protocol.value] ?? protocol.value}` : '') + (fragment ? `${not(fragment.negated)} -f` : '');
  return { node, name: '', words };
}

