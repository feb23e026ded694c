import type { IcmpType, Test as IrTest } from '../../../src/ir/index.js';
import { read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning, type Test } from '../evaluation.js';
import { inRange } from '../values.js';

/** The whole 8 bytes must be there even where nothing is compared. `any` is type 255, in IPv4 only. */
export function icmpTest({ value: { type, code }, negated }: IrTest<IcmpType>, any: boolean): Test {
  return (evaluation) => {
    if (evaluation.fragment !== 0) return false;
    if (!hasTransport(evaluation, 8)) return condemn(evaluation);
    const { packet: { bytes }, transport } = evaluation;
    return (any || (read8(bytes, transport) === type && inRange(read8(bytes, transport + 1), code))) !== negated;
  };
}

export const icmp: MatchMeaning<'icmp'> = ({ icmpType }) => icmpTest(icmpType, icmpType.value.type === 255);
