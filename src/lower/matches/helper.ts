import type { LowerMatch } from '../context.js';
import { negatedIf, or } from '../predicates.js';
import { external, test } from '../steps.js';

/** Names that the kernel's helpers and those of conntrackd have; a helper on other ports than its own has `-PORT` behind its name. */
const names = ['amanda', 'dhcpv6', 'ftp', 'H.245', 'irc', 'mdns', 'netbios-ns', 'pptp', 'Q.931', 'RAS', 'rpc', 'sane', 'sip', 'slp', 'snmp', 'snmp_trap', 'ssdp', 'tftp', 'tns'];

/**
 * About the helper of the connection that expected this one; where there is none, `!` holds. The empty name is any helper. The kernel
 * compares no further than the helper's own name reaches, so that `ftp-2121` is also `ftp`.
 */
export const helper: LowerMatch<'helper'> = ({ helper: { value, negated }, source }) => {
  const begun = names.filter((name) => name !== value && value.startsWith(name));
  const asked = value === '' ? external({ kind: 'helper' }) : or([value, ...begun].map((name) => external({ kind: 'helper', name })));
  return [test(negatedIf(negated, asked), source)];
};
