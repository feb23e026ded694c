import type { ExternalKind, ExternalOf, ExternalTest, Source } from '../../../../src/ir/index.js';
import { refuse, rest, type RuleContext } from '../context.js';
import { constant, type Condition } from '../nodes.js';
import { account } from './account.js';
import { bytes, program } from './bytes.js';
import { fingerprint, firstFingerprint } from './fingerprint.js';
import { header, headersEnd } from './headers.js';
import { helper } from './helper.js';
import { ipsec, ipsecLayer } from './ipsec.js';
import { options, routingAddresses, unsayableTests } from './lists.js';
import { quota } from './quota.js';
import { segment, segmentsOverrun } from './segments.js';
import { keyed } from './keyed.js';
import { bridgePort, cluster, label, openSocket } from './surroundings.js';
import { wayBack } from './way-back.js';

/** `negated` asks for the opposite. What nft cannot say is refused, and any condition returned. */
export type LowerExternal<K extends ExternalKind> = (test: ExternalOf<K>, negated: boolean, context: RuleContext, source: Source) => Condition;

/** One lowering for every external test. */
const externals: { readonly [K in ExternalKind]: LowerExternal<K> } = {
  ...unsayableTests,
  'header': header, 'headers-end': headersEnd, 'options': options, quota, 'routing-addresses': routingAddresses, 'segment': segment, 'segments-overrun': segmentsOverrun,
  ...keyed,
  account,
  bytes,
  program,
  'bridge-port': bridgePort,
  cluster,
  fingerprint,
  'first-fingerprint': firstFingerprint,
  helper,
  ipsec,
  label,
  'open-socket': openSocket,
  'ipsec-layer': ipsecLayer,
  'way-back': wayBack,
  setting: ({ assumption }, negated, context, source) => {
    rest(context, assumption, 'this test', source);
    return constant(!negated);
  },
  'whole-second': (_, negated, context, source) => {
    refuse(context, 'the first instant of a second', 'nft writes no fraction of a second', undefined, source);
    return constant(negated);
  },
};

export const lowerExternal = <K extends ExternalKind>(test: ExternalTest & { readonly kind: K }, negated: boolean, context: RuleContext, source: Source): Condition =>
  (externals[test.kind] as LowerExternal<ExternalKind>)(test, negated, context, source);
