import type { ExtensionHeader, ExtensionOption, Source, Step, Test } from '../../ir/index.js';
import type { LowerMatch, MatchContext } from '../context.js';
import { tested } from '../predicates.js';
import { external, extensionThere, present, require, test } from '../steps.js';
import { ofBytes } from './rt.js';

/** Nothing there is no match; a broken walk to it, or a header that is not whole, drops the packet. */
export const hbh: LowerMatch<'hbh'> = (match, context) => optionsHeader('hop-by-hop', match, context);

interface OptionsMatch {
  readonly length?: Test<number>;
  readonly options?: readonly ExtensionOption[];
  readonly source: Source;
}

export function optionsHeader(header: Extract<ExtensionHeader, 'hop-by-hop' | 'destination-options'>, { length, options, source }: OptionsMatch, { family }: MatchContext): readonly Step[] {
  const steps: Step[] = [...extensionThere(header, source), require(present({ kind: 'extension', header, bytes: 'whole' }), source, 'no-broken-ipv6-extension-headers')];
  if (length !== undefined) steps.push(test(tested(length, (bytes) => ofBytes(family, `${header}.length`, bytes)), source));
  if (options !== undefined) steps.push(test(external({ kind: 'options', header, options }), source));
  return steps;
}
