import { destinationOf, sourceOf } from '../../../src/stack/index.js';
import type { Evaluation, MatchMeaning } from '../evaluation.js';

/** As ipt_rpfilter and ip6t_rpfilter do it (Linux 6.18). */
export const rpfilter: MatchMeaning<'rpfilter'> = ({ loose, acceptLocal, invert }) => {
  const passes = ({ packet, host }: Evaluation): boolean => {
    const { family, bytes, inInterface = '' } = packet;
    const source = sourceOf(bytes, family);
    if (inInterface === 'lo' || isAnnouncement(family, source, destinationOf(bytes, family))) return true;
    const way = host.wayBack(family, source, inInterface, loose !== true);
    if (way === undefined || way.kind === 'other' || way.kind === 'broadcast') return false;
    if (way.kind === 'local' && acceptLocal !== true) return false;
    return loose === true || way.device === inInterface || (family === 6 && way.kind === 'local');
  };
  return (evaluation) => passes(evaluation) !== (invert === true);
};

/** Sent by somebody without an address: IPv4 to everybody or to a group of the link, IPv6 to anybody. */
const isAnnouncement = (family: 4 | 6, source: bigint, destination: bigint): boolean =>
  family === 6 ? source === 0n : source === 0n && (destination === 0xffff_ffffn || destination >> 8n === 0xe0_0000n);
