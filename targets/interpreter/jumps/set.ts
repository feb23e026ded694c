import type { SetReference } from '../../../src/ir/index.js';
import { opaque, type JumpMeaning } from '../evaluation.js';
import type { LiveSet } from '../live-set.js';

/** Adds, then takes out, then asks what the element says; the packet goes on whatever comes of it. */
export const set: JumpMeaning<'set'> = ({ add, exist, timeout, remove, map }, { sets }) => {
  const missing = [add, remove, map].find((one) => one !== undefined && sets.find(one.set) === undefined);
  if (missing !== undefined) return opaque(`whose set ${missing.set} was not given`);
  if (add !== undefined && sets.byName.get(add.set)?.forceadd === true) return opaque(`whose set ${add.set} forgets an element of its own choice when it is full`);
  const found = (one: SetReference | undefined): LiveSet | undefined => (one === undefined ? undefined : sets.find(one.set));
  const [into, from, asked] = [found(add), found(remove), found(map)];
  const adding = { directions: add?.dimensions ?? [], ...(exist === undefined ? {} : { exist }), ...(timeout === undefined ? {} : { timeout }) };
  return ({ packet }) => {
    into?.add(packet, adding);
    from?.remove(packet, remove?.dimensions ?? []);
    const element = asked?.test(packet, { directions: map?.dimensions ?? [] });
    if (element !== undefined && element !== 'none' && element.mark !== undefined && map?.mark === true) packet.mark = ((packet.mark & ~element.mark.mask) ^ element.mark.value) >>> 0;
    return undefined;
  };
};
