import type { JumpGenerators } from './node.js';
import { checksum } from './checksum.js';
import { connmark } from './connmark.js';
import { ct } from './ct.js';
import { dnat } from './dnat.js';
import { dscp } from './dscp.js';
import { hl } from './hl.js';
import { log } from './log.js';
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

/** Jumps of every kind, over the whole of their values. */
export const jumpGenerators: JumpGenerators = {
  checksum, connmark, ct, dnat, dscp, hl, log, mark, masquerade, netmap, nflog, nfqueue, notrack, queue, redirect, reject,
  snat, synproxy, tcpmss, tos, tproxy, ttl,
};
