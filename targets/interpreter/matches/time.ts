import type { MatchMeaning } from '../evaluation.js';

const day = 86_400;
const allMonthdays = 0xffff_fffe;

/** As xt_time does it (Linux 6.18), by the clock of the packet. The kernel's own time zone (`--kerneltz`) is taken to be UTC. */
export const time: MatchMeaning<'time'> = ({ dateStart, dateStop, dayStart, dayStop, monthdays, weekdays, contiguous }) =>
  ({ packet }) => {
    const now = Math.floor(packet.time);
    if (now < dateStart || now > dateStop) return false;
    const ofDay = now % day;
    if (dayStart < dayStop ? ofDay < dayStart || ofDay > dayStop : ofDay < dayStart && ofDay > dayStop) return false;
    const yesterday = dayStart >= dayStop && contiguous === true && ofDay <= dayStop;
    const counted = new Date((now - (yesterday ? day : 0)) * 1000);
    // Sunday is bit 7.
    if (((weekdays >>> (counted.getUTCDay() || 7)) & 1) === 0) return false;
    return monthdays === allMonthdays || ((monthdays >>> counted.getUTCDate()) & 1) !== 0;
  };
