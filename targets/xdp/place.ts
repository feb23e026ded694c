import type { Family } from '../../src/ir/index.js';
import type { Expression } from './ast.js';
import { all, and, any, compare, member, no, not, number, shiftRight, yes } from './build.js';
import type { Host, HostAddress } from './host.js';

/** Whether a packet may go to INPUT, and whether it may go to FORWARD; both where the addresses do not tell. */
export interface Place {
  readonly input: Expression;
  readonly forward: Expression;
}

/**
 * The way that routing will take, by the destination. Group addresses are delivered here or lost, unless a multicast router runs:
 * `exact` leaves that out, else both ways count. A frame to a group that carries a unicast packet may be a subnet broadcast.
 * `counting`: no packet may be taken both ways, so that link-local ones are taken for the host's own.
 */
export function placeOf(family: Family, host: Host, { exact, counting }: { readonly exact: boolean; readonly counting: boolean }): Place {
  if (host.chain !== undefined) return host.chain === 'INPUT' ? { input: yes, forward: no } : { input: no, forward: yes };
  if (!host.known) return { input: yes, forward: yes };
  const mine = any(host.addresses.filter((own) => own.family === family).map((own) => equals(own)));
  const group = family === 4
    ? compare(shiftRight(member('destination'), 28), '==', number(0xe))
    : compare(shiftRight(member('destination_high'), 56), '==', number(0xff));
  const everyone = family === 4 ? compare(member('destination'), '==', number(0xffffffffn)) : no;
  // Link-local addresses make themselves, and nobody lists them.
  const unlisted = family === 6 ? compare(shiftRight(member('destination_high'), 54), '==', number(0x3fa)) : no;
  const openly = counting ? no : exact ? unlisted : any([unlisted, group, host.complete ? no : compare(member('ethernet_type'), '!=', number(0))]);
  const certain = any([mine, everyone, ...(exact ? [group] : []), ...(counting ? [unlisted] : [])]);
  return { input: any([certain, openly]), forward: all([not(certain), any([openly, not(certain)])]) };
}

const equals = (own: HostAddress): Expression =>
  own.family === 4
    ? compare(member('destination'), '==', number(own.address))
    : all([
        compare(member('destination_high'), '==', number(own.address >> 64n)),
        compare(member('destination_low'), '==', number(own.address & 0xffffffffffffffffn)),
      ]);

/** IPv4 addresses whose routing type no table decides: `multicast`, and the broadcasts that every host has. */
export const ipv4Groups = (address: Expression): { readonly multicast: Expression; readonly broadcast: Expression } => ({
  multicast: compare(and(address, number(0xf0000000n)), '==', number(0xe0000000n)),
  broadcast: any([compare(address, '==', number(0xffffffffn)), compare(address, '<', number(0x1000000n))]),
});
