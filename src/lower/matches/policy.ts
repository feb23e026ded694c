import type { PolicyElement, PolicyMatch, Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, not, or, tested } from '../predicates.js';
import { external, refuse, test } from '../steps.js';

/** Layers of IPsec that the kernel has room for (`XFRM_MAX_DEPTH`). */
const depth = 6;

/** Without elements, whether there is any IPsec; else some layer is as the element says, or under `--strict` all are, in order. */
export const policy: LowerMatch<'policy'> = (match) => {
  const { direction, strict, elements, source } = match;
  if (match.policy === 'none') return [test(not(external({ kind: 'ipsec', direction })), source)];
  const tests = elements.filter((one) => Object.keys(one).length > 0);
  if (tests.length === 0) return [test(external({ kind: 'ipsec', direction }), source)];
  const problem = problemOf(match);
  if (problem !== undefined) return [refuse('policy', problem, source, hintFor(match))];
  if (!strict) return [test(or(Array.from({ length: depth }, (_, layer) => or(tests.map((one) => layerTest(one, direction, layer))))), source)];
  return [test(and([...tests.map((one, layer) => layerTest(one, direction, layer)), not(external({ kind: 'ipsec-layer', direction, layer: tests.length }))]), source)];
};

function layerTest({ reqid, spi }: PolicyElement, direction: 'in' | 'out', layer: number): Predicate {
  const here = { kind: 'ipsec-layer', direction, layer } as const;
  return and([
    external(here),
    ...(reqid === undefined ? [] : [tested(reqid, (value) => external({ ...here, part: 'reqid', value }))]),
    ...(spi === undefined ? [] : [tested(spi, (value) => external({ ...here, part: 'spi', value }))]),
  ]);
}

function problemOf({ direction, strict, elements }: PolicyMatch): string | undefined {
  if (elements.some(({ protocol }) => protocol !== undefined)) return 'nft knows no protocol of a layer of IPsec, only reqid, SPI and addresses';
  if (elements.some(({ mode, tunnelDestination, tunnelSource }) => mode !== undefined || tunnelDestination !== undefined || tunnelSource !== undefined)) return 'nft cannot ask for the mode of a layer of IPsec, and reads addresses of one only where it is a tunnel';
  if (strict && direction === 'in' && elements.length > 1) return 'the kernel compares the layers after the first with memory in front of the rule (6.18), so that there is no meaning to carry';
  return undefined;
}

/** What nft can say of the elements, to be copied. */
function hintFor({ direction, elements }: PolicyMatch): string {
  const words = elements.flatMap(({ reqid, spi }, layer) => {
    const at = `ipsec ${direction}${layer === 0 ? '' : ` spnum ${layer}`}`;
    return [
      ...(reqid === undefined ? [] : [`${at} reqid ${reqid.negated ? '!= ' : ''}${reqid.value}`]),
      ...(spi === undefined ? [] : [`${at} spi ${spi.negated ? '!= ' : ''}${spi.value}`]),
    ];
  });
  return `nft can say: ${words.length > 0 ? words.join(' ') : direction === 'in' ? 'meta ipsec exists' : 'rt ipsec exists'}`;
}
