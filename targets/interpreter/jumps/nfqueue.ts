import type { JumpMeaning } from '../evaluation.js';

/** No program listens to any queue: packets are lost, or with `--queue-bypass` accepted at once (measured). */
export const nfqueue: JumpMeaning<'nfqueue'> = ({ bypass }) => () => ({ kind: bypass === true ? 'accept' : 'drop' });
