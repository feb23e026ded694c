import type { Family, Hook, MatchKind, TableName } from '../../src/ir/index.js';
import type { Random } from '../../src/probe/random.js';
import type { FormGroup } from './forms/form.js';

/** Which language random rule sets speak. Absent means the default said. */
export interface LanguageOptions {
  /** 4 unless given. */
  readonly family?: Family;
  /** All but `security` unless given; `nat` only where `nat` is true. */
  readonly tables?: readonly TableName[];
  /** Rules that look at or change connection tracking; unless given, every other seed. */
  readonly tracking?: boolean;
  /** Translation; implies tracking. False unless given. */
  readonly nat?: boolean;
  /** `limit` and `statistic`, whose answer hangs on earlier packets. False unless given. */
  readonly stateful?: boolean;
  /** Named sets; the sets come with the program. True unless given. */
  readonly sets?: boolean;
  /** `mac` and `pkttype`, which want frames. False unless given. */
  readonly link?: boolean;
  /** `owner`. False unless given. */
  readonly owner?: boolean;
  /** `REJECT`. True unless given. */
  readonly reject?: boolean;
  /** `LOG` and `NFLOG`. True unless given. */
  readonly log?: boolean;
  /** MARK, TOS, DSCP, TTL, HL, TCPMSS, and jumps like them. True unless given. */
  readonly rewrites?: boolean;
  /** CLASSIFY and CONNSECMARK, whose effects no packet shows. True unless given. */
  readonly unseen?: boolean;
  /** HMARK, whose hash the interpreter alone knows. False unless given. */
  readonly hash?: boolean;
  /** Only what the frame and its incoming interface decide: accept or drop by header fields in raw, mangle and filter before the hook of delivery. */
  readonly frameOnly?: boolean;
  /** With `frameOnly`: also `statistic`, `quota` and slow `limit`s. False unless given. */
  readonly counting?: boolean;
  /** Forms of the whole language in half of the rules, of these groups. None unless given. */
  readonly forms?: readonly FormGroup[];
  /** NFQUEUE and QUEUE, which something outside answers, where there are forms. True unless given. */
  readonly queues?: boolean;
  /** SET, where there are forms. False unless given. */
  readonly changes?: boolean;
  /** Only these matches (beside `comment`). */
  readonly matches?: readonly MatchKind[];
  /** Rules per chain at most; 6 unless given. */
  readonly rulesPerChain?: number;
}

/** What packets and the host decide, in every form; what connection tracking and translation do; what the kernel alone knows; and what earlier packets were. */
export const formWorlds = {
  plain: { forms: ['headers', 'metadata', 'link'], link: true, changes: false },
  tracked: { forms: ['tracking', 'metadata', 'headers'], nat: true },
  known: { forms: ['opaque', 'clock', 'metadata'], tracking: false },
  counted: { forms: ['counted', 'headers'], changes: true, tracking: false },
} as const satisfies Record<string, LanguageOptions>;

/** What the generators of matches and jumps look at. */
export interface Drawing {
  readonly random: Random;
  readonly family: Family;
  readonly table: TableName;
  /** Every hook from which the rule can be reached. */
  readonly hooks: readonly Hook[];
  readonly language: Required<Omit<LanguageOptions, 'matches' | 'tables'>> & Pick<LanguageOptions, 'matches' | 'tables'>;
}

export function settle(options: LanguageOptions, seed: number): Drawing['language'] {
  const frameOnly = options.frameOnly ?? false;
  const nat = (options.nat ?? false) && !frameOnly;
  return {
    ...options,
    family: options.family ?? 4,
    frameOnly,
    nat,
    tracking: !frameOnly && (nat || (options.tracking ?? seed % 2 === 1)),
    stateful: (options.stateful ?? false) && !frameOnly,
    sets: (options.sets ?? true) && !frameOnly,
    link: (options.link ?? false) && !frameOnly,
    owner: (options.owner ?? false) && !frameOnly,
    reject: (options.reject ?? true) && !frameOnly,
    log: (options.log ?? true) && !frameOnly,
    rewrites: (options.rewrites ?? true) && !frameOnly,
    unseen: (options.unseen ?? true) && !frameOnly,
    hash: (options.hash ?? false) && !frameOnly,
    counting: (options.counting ?? false) && frameOnly,
    forms: options.forms ?? [],
    queues: options.queues ?? true,
    changes: options.changes ?? false,
    rulesPerChain: options.rulesPerChain ?? 6,
  };
}
