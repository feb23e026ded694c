import { identityOf, type Action, type Jump, type JumpKind } from '../../ir/index.js';
import { checksum } from './checksum.js';
import { connmark } from './connmark.js';
import { ct } from './ct.js';
import { dnat } from './dnat.js';
import { dscp } from './dscp.js';
import { hl } from './hl.js';
import { log } from './log.js';
import type { AnyLowerJump, LowerJump } from './lower-jump.js';
import { mark } from './mark.js';
import { masquerade } from './masquerade.js';
import { netmap } from './netmap.js';
import { nflog } from './nflog.js';
import { nfqueue } from './nfqueue.js';
import { notrack } from './notrack.js';
import { queue } from './queue.js';
import { redirect } from './redirect.js';
import { reject } from './reject.js';
import { snat } from './snat.js';
import { synproxy } from './synproxy.js';
import { tcpmss } from './tcpmss.js';
import { tos } from './tos.js';
import { tproxy } from './tproxy.js';
import { ttl } from './ttl.js';
import { accept, chain, drop, goto, returns } from './verdicts.js';

/** One lowering for every kind of jump. */
export const jumps: { readonly [K in JumpKind]: LowerJump<K> } = {
  accept, chain, checksum, connmark, ct, dnat, drop, dscp, goto, hl, log, mark, masquerade, netmap, nflog, nfqueue, notrack, queue, redirect, reject,
  return: returns, snat, synproxy, tcpmss, tos, tproxy, ttl,
};

/** A rule without a jump only counts. */
export function lowerJump(jump: Jump | undefined): Action {
  if (jump === undefined) return { kind: 'continue' };
  const action = (jumps[jump.kind] as AnyLowerJump)(jump);
  return action.kind === 'refuse' ? { ...action, identity: identityOf(jump) } : action;
}
