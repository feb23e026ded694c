import type { Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, equals, inIntervals, negatedIf, not, or } from '../predicates.js';
import { external, setting, test } from '../steps.js';

/**
 * A route back to the source, over the interface that the packet came by unless `--loose`; a broadcast address has none. With
 * `--accept-local` the host's own addresses count too: in IPv4 those of that interface, unless `--loose`. IPv6 lets the unspecified
 * source pass.
 */
export const rpfilter: LowerMatch<'rpfilter'> = ({ loose, validmark, acceptLocal, invert, source }, { family }) => {
  const way = external({ kind: 'way-back', loose: loose === true, mark: validmark === true });
  const ways: Predicate[] = [
    ...(family === 6 ? [equals(6, 'ip.source', 0), way] : [and([way, or([not(sourceIs('BROADCAST')), unrouted])])]),
    ...(acceptLocal === true ? [sourceIs('LOCAL', family === 4 && loose !== true)] : []),
  ];
  return [...(family === 4 || acceptLocal === true ? [setting('local-table-first', source)] : []), test(negatedIf(invert === true, or(ways)), source)];
};

const sourceIs = (type: 'LOCAL' | 'BROADCAST', here = false): Predicate => ({ kind: 'address-type', address: 'source', types: [type], ...(here ? { via: 'in' } : {}) });

/** Broadcast addresses by their form, which no table of routes needs to hold. */
const unrouted = inIntervals(4, 'ip.source', [{ min: 0n, max: 0n }, { min: 0xffff_ffffn, max: 0xffff_ffffn }]);
