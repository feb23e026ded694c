import type { MatchMeaning } from '../evaluation.js';
import { ticksPerSecond } from '../limit-table.js';

/** Credits earned in a tick of the kernel's clock. */
const creditsPerTick = 128;
const u32 = (value: number): number => value % 0x1_0000_0000;

/** Credits of an interval in 1/10000 s, in the kernel's 32 bits. */
const credits = (interval: number): number =>
  interval > Math.floor(0xffff_ffff / (ticksPerSecond * creditsPerTick)) ? u32(Math.floor(interval / 10000) * ticksPerSecond * creditsPerTick) : Math.floor((interval * ticksPerSecond * creditsPerTick) / 10000);

/** A bucket of tokens on the packets' own clock, full at first. Long periods times large bursts wrap as they do in the kernel. */
export const limit: MatchMeaning<'limit'> = ({ interval, burst }, { runtime }) => {
  const cost = credits(interval);
  const full = credits(u32(interval * burst));
  let credit = full;
  let before: number | undefined;
  runtime.onReset(() => {
    credit = full;
    before = undefined;
  });
  return ({ packet }) => {
    const now = Math.floor(packet.time * ticksPerSecond);
    credit = Math.min(full, credit + Math.max(0, now - (before ?? now)) * creditsPerTick);
    before = now;
    if (credit < cost) return false;
    credit -= cost;
    return true;
  };
};
