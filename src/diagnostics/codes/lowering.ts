import { text, type Catalogue } from '../catalogue.js';

/** What lowering finds out about rules that are otherwise fine. */
export const loweringCodes = {
  'rule-never-matches': {
    severity: 'note',
    message: text`no packet can match this rule`,
    page: 'A test of the rule never holds: `! -i +`, a negated full range such as `! --sport 0:65535`, a mark or flag outside its own mask, an address range that ends before it begins, or in IPv6 `-p` with an extension header, which the kernel walks past. The rule is carried over as it is, since the tests before that one may still drop a packet outright.',
  },
} as const satisfies Catalogue;
