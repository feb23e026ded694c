import { text, type Catalogue } from '../catalogue.js';

export const targetsCodes = {
  'fate-unknown': {
    severity: 'error',
    message: text`what becomes of packet ${'packet'} hangs on ${'extension'}, ${'reason'}`,
    page: 'The reference interpreter follows a packet as the kernel would, and stops where a rule asks for something that it does not model, rather than guess. The packet came to this rule with everything else in it fulfilled. Trace a packet that does not come to the rule, or leave the rule out to see the others.',
  },
  'too-many-rules': {
    severity: 'error',
    message: text`${'target'} cannot hold these rules: ${'problem'}`,
    page: 'The rules are understood, but they are more than the output can hold: a limit of the kernel that would take it, stated in the message. Merge rules, flatten chains, or keep only those that matter there. Exit status 4.',
  },
  'xdp-undecidable': {
    severity: 'error',
    message: text`XDP cannot decide this rule: it asks for ${'needs'}`,
    page: 'In exact mode the XDP program alone decides what is dropped, so every test must be decidable from the frame and the incoming interface. Connection states, marks, outgoing interfaces, sockets, lists of addresses and the like are known to the stack only. Under --assume counted-by-one-program it counts packets by itself (statistic --mode nth, quota, limit), but only where all that come to the counter come by the frame: not in nat, not where OUTPUT comes to the same rule. The default mode, prefilter, drops only what the stack would drop whatever these hold.',
  },
  'xdp-effect': {
    severity: 'error',
    message: text`XDP cannot decide these rules: ${'effect'} has an effect that only the stack can have`,
    page: 'In exact mode the XDP program alone decides what is dropped, and a dropped frame never comes to the stack: it is not logged, rejected with an answer, translated or tracked. A rule that does one of these is therefore refused. The default mode, prefilter, passes such packets on.',
  },
  'xdp-policy': {
    severity: 'error',
    message: text`XDP cannot decide the policy DROP of the ${'table'} table: it is for new connections only`,
    page: 'The policy of a nat chain drops packets that open a connection, which only connection tracking knows. Use the default mode, prefilter.',
  },
  'xdp-way-unknown': {
    severity: 'error',
    message: text`XDP cannot decide these rules: nothing tells whether a packet goes to INPUT or to FORWARD`,
    page: 'Before routing, only the addresses of the host tell whether a packet is for itself. Describe the host with --topology FILE or --local ADDRESS, or say --chain INPUT or --chain FORWARD where all packets take one way. Where addresses are translated, only --chain helps. The default mode, prefilter, drops what both ways would drop.',
  },
  'xdp-assumption': {
    severity: 'error',
    message: text`the exact mode of XDP needs the assumption ${'id'}: ${'sentence'}`,
    page: 'Under --strict no assumption may be used but those accepted by name with --assume. An XDP program sees single frames before reassembly and before VLAN tags are taken off, so it passes such frames on, and is exact for the others only. Where rules count, it must also see every packet once, as the rules would. The default mode, prefilter, needs no such assumption: passing a frame on is always right there.',
  },
  'xdp-address': {
    severity: 'error',
    message: text`${'text'} is not an address of the host`,
    page: 'The addresses of --local and of the topology file are written as 10.0.0.1, 10.0.0.1/24 or 2001:db8::1/64.',
  },
  'xdp-bridge': {
    severity: 'error',
    message: text`${'port'} is a port of the bridge ${'bridge'}, where frames go by other ways than to INPUT and FORWARD by address`,
    page: 'A frame that only crosses a bridge is never routed, and what the bridge takes in for the host has the bridge as its interface. An XDP program looks at addresses alone and would judge both as routed packets. Attach it to interfaces that are no ports, and describe the host without the bridge.',
  },
  'xdp-passed-on': {
    severity: 'note',
    message: text`packets that come to this rule are passed on to the stack: XDP has no ${'extension'}`,
    page: 'A prefilter drops only what the stack would drop in any case. Where a rule does something that XDP cannot do or judge, packets that may come to it are left to the stack, which loses nothing but speed.',
  },
  'nft-cannot-say': {
    severity: 'error',
    message: text`nft cannot carry ${'what'}: ${'reason'}`,
    page: 'The rule is understood, but no nftables rule does the same on every packet, so nothing is written. The hint names the nearest rule that can be carried.',
  },
  'nft-chains-too-deep': {
    severity: 'error',
    message: text`the chains below this one are nested ${'depth'} deep, and nft takes ${'limit'}`,
    page: 'The kernel keeps 16 places for chains to come back to in nftables, and counts goto as well; iptables has no such limit. Chains that ferrule adds for rules that need several count too. Flatten the chains.',
  },
  'nft-table-prefix': {
    severity: 'error',
    message: text`${'prefix'} cannot begin the name of an nft table`,
    page: 'Names in nft begin with a letter, `_` or `.`, go on with letters, digits, `_`, `.` and `-`, and cannot be quoted.',
  },
  'nft-listing': {
    severity: 'error',
    message: text`this is no listing of nft: ${'reason'}`,
    page: 'What is read here is what `nft list ruleset` or `nft -j list ruleset` prints. A script with variables, includes or commands is loaded first, in a scratch namespace, and listed from there.',
  },
  'nft-table-left-out': {
    severity: 'note',
    message: text`${'table'} is left out: no IP packet on its way through the stack meets it`,
    page: 'Tables of the families arp, bridge and netdev, and chains at the ingress and egress hooks, stand before or beside the hooks that iptables knows. They are not part of what is compared.',
  },
  'nft-listing-of-iptables': {
    severity: 'warning',
    message: text`this table is managed by iptables-nft: nft lists its xtables parts as something else`,
    page: 'iptables-nft keeps matches and targets that nft lacks in a form of its own. `nft list ruleset` shows a translation of them, which is wrong in known cases; `nft -j list ruleset` shows their names alone. Compare what `iptables-save` prints instead.',
  },
  'nft-opaque': {
    severity: 'note',
    message: text`this part of a rule is not modelled: ${'text'}`,
    page: 'The part is kept under its own text. Where the same text stands on both sides of a comparison it is taken to say the same of every packet; a part that only one side has is never assumed to hold or to fail.',
  },
} as const satisfies Catalogue;
