import type { InterfacePattern, PhysdevMatch, Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { external, test } from '../steps.js';

/** Of a packet that crossed no bridge it holds exactly when every one of its tests is inverted. */
export const physdev: LowerMatch<'physdev'> = (match) => {
  const options = [match.isIn, match.inInterface, match.isOut, match.outInterface, match.isBridged];
  return [test(external({ kind: 'bridge-port', asked: wordsOf(match), unbridged: options.every((option) => option === undefined || option.negated) }), match.source)];
};

function wordsOf({ isIn, inInterface, isOut, outInterface, isBridged }: PhysdevMatch): string {
  const flag = (name: string, test: { readonly negated: boolean } | undefined): readonly string[] => (test === undefined ? [] : [`${test.negated ? '! ' : ''}${name}`]);
  const named = (name: string, test: Test<InterfacePattern> | undefined): readonly string[] => flag(`${name} ${test?.value.name ?? ''}${test?.value.prefix === true ? '+' : ''}`, test);
  return [...flag('is-in', isIn), ...named('in', inInterface), ...flag('is-out', isOut), ...named('out', outInterface), ...flag('is-bridged', isBridged)].join(' ');
}
