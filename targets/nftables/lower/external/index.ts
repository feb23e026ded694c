import type { ExternalKind, ExternalOf, ExternalTest, Source } from '../../../../src/ir/index.js';
import type { RuleContext } from '../context.js';
import type { Condition } from '../nodes.js';
import { header, headersEnd } from './headers.js';
import { options, routingAddresses } from './lists.js';
import { quota } from './quota.js';
import { segment, segmentsOverrun } from './segments.js';
import { keyed } from './keyed.js';

/** `negated` asks for the opposite. What nft cannot say is refused, and any condition returned. */
export type LowerExternal<K extends ExternalKind> = (test: ExternalOf<K>, negated: boolean, context: RuleContext, source: Source) => Condition;

/** One lowering for every external test. */
const externals: { readonly [K in ExternalKind]: LowerExternal<K> } = {
  'header': header, 'headers-end': headersEnd, 'options': options, quota, 'routing-addresses': routingAddresses, 'segment': segment, 'segments-overrun': segmentsOverrun,
  ...keyed,
};

export const lowerExternal = <K extends ExternalKind>(test: ExternalTest & { readonly kind: K }, negated: boolean, context: RuleContext, source: Source): Condition =>
  (externals[test.kind] as LowerExternal<ExternalKind>)(test, negated, context, source);
