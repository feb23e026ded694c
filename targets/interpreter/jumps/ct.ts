import { templateConnection } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';
import { isAttached, untrack } from './notrack.js';

/** Attaches a template, which the rest of raw sees as a NEW connection of no flow; tracking then makes the real one. */
export const ct: JumpMeaning<'ct'> = ({ notrack, zone }) =>
  notrack === true
    ? untrack
    : ({ packet }) => {
        if (isAttached(packet)) return undefined;
        packet.connection = templateConnection();
        packet.state = 'NEW';
        if (zone !== undefined) packet.zone = zone;
        return undefined;
      };
