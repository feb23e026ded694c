import type { JumpMeaning } from '../evaluation.js';

/** Packets here have their checksums; what a device leaves open is filled in by the time a packet leaves. */
export const checksum: JumpMeaning<'checksum'> = () => () => undefined;
