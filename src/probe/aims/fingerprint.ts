import { fits, type Fingerprint, type OsfMatch, type Syn, ttlComparisons } from '../../ir/index.js';
import { isWhole, lengthOf, type Draft, type Edit } from '../draft.js';
import type { Aim, AimContext } from './aim.js';
import { seenHops } from './header.js';

/** Fingerprints that are aimed at, at most. */
const most = 8;

/** A SYN that fits one of the fingerprints that the rule looks for, and such a one but for one thing. Without a table any SYN will do. */
export function osfAims({ genre, ttl = 0, log }: OsfMatch, context: AimContext): readonly Aim[] {
  const { fingerprints } = context;
  if (fingerprints === undefined) return [{ holds: (draft) => draft.protocol === 6 && (draft.tcpFlags & 2) !== 0, inside: [{ protocol: 6, tcpFlags: 2 }], outside: [{ tcpFlags: 16 }] }];
  const wanted = log === undefined ? fingerprints.filter(({ system }) => system === genre.value) : fingerprints;
  const comparison = ttlComparisons[ttl] ?? 'equal';
  const holds = (draft: Draft): boolean => {
    const syn = synIn(draft, context);
    return syn !== undefined && wanted.some((one) => fits(one, syn, comparison));
  };
  const inside = wanted.slice(0, most).flatMap((one) => [1460, 536].map((mss) => fitting(one, mss, context)));
  return [{ holds, inside, outside }];
}

/** Of whole packets; their options are padded with zeros. */
function synIn(draft: Draft, context: AimContext): Syn | undefined {
  if (draft.protocol !== 6 || (draft.tcpFlags & 2) === 0 || !isWhole(draft)) return undefined;
  const options = new Uint8Array(Math.ceil(draft.tcpOptions.length / 4) * 4);
  options.set(draft.tcpOptions);
  return { ttl: seenHops(draft, context), dontFragment: draft.dontFragment ?? false, length: lengthOf(draft), window: draft.window ?? 65535, options };
}

const outside: readonly Edit[] = [
  ({ ttl }) => ({ ttl: Math.min(255, ttl + 1) }),
  ({ ttl }) => ({ ttl: Math.max(1, ttl - 1) }),
  ({ window = 65535 }) => ({ window: (window + 1) & 0xffff }),
  ({ dontFragment = false }) => ({ dontFragment: !dontFragment }),
  ({ length }) => ({ length: length + 1 }),
  ({ tcpOptions }) => ({ tcpOptions: Uint8Array.of(...tcpOptions.subarray(4), ...tcpOptions.subarray(0, 4)) }),
  { tcpFlags: 16 },
];

const fitting = ({ window, ttl, dontFragment, length, options }: Fingerprint, mss: number, context: AimContext): Edit => (draft) => ({
  protocol: 6, tcpFlags: 2, shape: { kind: 'whole' }, ipOptions: new Uint8Array(), ttl: Math.min(255, ttl + draft.ttl - seenHops(draft, context)), dontFragment, length,
  window: windowOf(window, mss),
  tcpOptions: Uint8Array.from(options.flatMap(({ kind, bytes }) => (kind === 2 ? [2, 4, mss >> 8, mss & 255] : bytes === 1 ? [kind] : [kind, bytes, ...Array.from({ length: bytes - 2 }, () => 0)]))),
});

function windowOf(form: Fingerprint['window'], mss: number): number {
  switch (form.kind) {
    case 'any':
      return 65535;
    case 'exactly':
    case 'multiple':
      return form.number & 0xffff;
    case 'segments':
      return (form.number * mss) & 0xffff;
    case 'packets':
      return (form.number * (mss + 40)) & 0xffff;
  }
}
