import type { InterfacePattern, Test } from '../../../src/ir/index.js';
import type { MatchMeaning } from '../evaluation.js';

/**
 * Of a packet that came by no bridge it holds where every test is inverted. A packet that did has a port behind it, and one before it
 * where it only crosses the bridge: without that a test of the port's name fails, inverted or not (Linux 6.18).
 */
export const physdev: MatchMeaning<'physdev'> = ({ isIn, inInterface, isOut, outInterface, isBridged }) => {
  const unbridged = [isIn, inInterface, isOut, outInterface, isBridged].every((option) => option === undefined || option.negated);
  return ({ packet: { ports } }) => {
    if (ports === undefined) return unbridged;
    const leaves = ports.out !== undefined;
    if (isBridged !== undefined && leaves === isBridged.negated) return false;
    if (isIn?.negated === true || (isOut !== undefined && leaves === isOut.negated)) return false;
    if (inInterface !== undefined && !isPort(ports.in, inInterface)) return false;
    return outInterface === undefined || (ports.out !== undefined && isPort(ports.out, outInterface));
  };
};

const isPort = (port: string, { value: { name, prefix }, negated }: Test<InterfacePattern>): boolean => (prefix ? port.startsWith(name) : port === name || name === '') !== negated;
