import { text, type Catalogue } from '../catalogue.js';

/** What comparing rule sets, and asking them about all packets, can find. */
export const verifyCodes = {
  'nft-refused': {
    severity: 'error',
    message: text`nft does not load this: ${'words'}`,
    page: 'The script was given to nft in a network namespace made for it, and nft refused it; the message is its own. Nothing of this host was touched.',
  },
  'nft-include': {
    severity: 'error',
    message: text`a script that includes other files is not loaded`,
    page: 'A script is loaded in a network namespace of its own, to be listed from there; it may not have nft read other files meanwhile. Put the included rules into the script, or load it yourself and give the output of `nft -j list ruleset`.',
  },
  'nft-read-as-text': {
    severity: 'note',
    message: text`the script was read, not loaded: ${'reason'}`,
    page: 'Where a network namespace can be made and nft is there, a script is loaded into it and compared as the kernel lists it. Elsewhere ferrule reads the script itself, as far as it is in the form that `nft list ruleset` prints.',
  },
  'different': {
    severity: 'error',
    message: text`${'where'} differs: ${'packet'} is ${'left'} by ${'leftFile'} and ${'right'} by ${'rightFile'}`,
    page: 'The two rule sets do not treat every packet alike: the packet of the message is one on which they differ. The report shows what each side does with it, the rules that decided, and the whole region of packets and states in which they differ.',
  },
  'gave-up': {
    severity: 'error',
    message: text`gave up after ${'nodes'} nodes of the decision diagram: the rules ask too many questions that hang together${'fields'}`,
    page: 'Both rule sets are turned into decision diagrams, whose size is limited so that memory is not used up; several orders of variables were tried. Compare one hook at a time with --only, or allow more nodes with --budget. Exit status 4.',
  },
  'families-apart': {
    severity: 'error',
    message: text`${'left'} holds IPv${'leftFamily'} rules and ${'right'} holds IPv${'rightFamily'} rules: no packet is judged by both`,
    page: 'iptables rules speak of one family and say nothing of the other, so that an IPv4 dump and an IPv6 dump have no packet in common. Compare dumps of one family; both families at once: -4 LEFT4 -6 LEFT6 and the same again for RIGHT, or an nft rule set that holds both.',
  },
  'policy-syntax': {
    severity: 'error',
    message: text`${'problem'}`,
    page: 'The policy file could not be read: it is plain YAML or JSON, without anchors, tags, block scalars or several documents.',
  },
  'policy-value': {
    severity: 'error',
    message: text`${'where'} wants ${'wanted'}, not ${'text'}`,
    page: 'A statement of the policy file has a value of another shape than what was written. docs/verify.md describes the language.',
  },
  'policy-key': {
    severity: 'error',
    message: text`${'where'} has no key ${'key'}`,
    page: 'A statement of the policy file has a name, `forbid` or `allow`, and in these the dimensions of the packets it speaks of. docs/verify.md describes the language.',
  },
  'policy-vacuous': {
    severity: 'warning',
    message: text`${'name'}: there is no packet of this kind`,
    page: 'A statement of the policy file speaks of packets that cannot exist under these rules: of the other family, of a state without connection tracking, of ports under a protocol that has none, or of ways that contradict one another. It was not asked.',
  },
  'policy-violated': {
    severity: 'error',
    message: text`${'name'}: ${'packet'} is ${'outcome'}`,
    page: 'A statement of the policy file does not hold for all packets: the packet of the message is one for which it fails. A forbid statement fails where some packet of its set is accepted at every hook on its way; an allow statement where some packet of its set is not.',
  },
} as const satisfies Catalogue;
