import fc from 'fast-check';

/** Text that wants to be more than text, in one of the languages that ferrule writes. */
const pieces = [
  '"', "'", '\\', '\\"', '`', '$x', '${x}', '$(id)', ';', '; add table ip pwned;', '#', '# x', '//', '/*', '*/', '*/ int evil; /*', '??/', '\n', '\r', '\t', '\u0000', '\u001b[2J', '\u009b31m', '\u0007',
  '\u2028', '\u202e', '\ufeff', 'é', '漢', '😀', '\udc80', '%', '%:', '%+', '%/', '%n', '%22', '{', '}', '[', ']', '@', '@s', '!', '*', '+', ',', ':', '-j', '--', '-', ' ', '  ', 'drop', 'accept', 'table', 'reject', 'x', 'a"b', '0', '</script>', '&quot;', '::error::x', '|', '||', ']]>', '<!--',
  'flush ruleset', 'include "/etc/passwd"', '\nflush ruleset\n', '"; flush ruleset; "', '"}}}, {"flush": {"ruleset": null}}, {"a": {"b": {"c": "', '#include "/etc/passwd"', '\\n', '\\x22', '-A INPUT -j ACCEPT', 'COMMIT',
] as const;

const joined = (most: number): fc.Arbitrary<string> => fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')).map((text) => cut(text, most));

const cut = (text: string, bytes: number): string => {
  let out = '';
  // A line of a dump ends at either of them.
  for (const char of text.replaceAll(/[\n\0]/g, '')) if (Buffer.byteLength(out + char) <= bytes) out += char;
  // As the name of an interface, a plus alone asks nothing.
  return out === '' || out === '+' ? 'x' : out;
};

/** Hostile text of at most so many bytes. */
const hostileText = (most: number): fc.Arbitrary<string> => fc.oneof({ weight: 4, arbitrary: joined(most) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: most }).map((text) => cut(text, most)) });

/** Fields of a dump that hold free text, with the bytes that fit. */
const slots = {
  comment: 255, prefix: 29, nflogPrefix: 63, chain: 28, set: 31, inInterface: 15, outInterface: 15, recent: 199, hashlimit: 14, helper: 29, string: 100, cgroup: 200, label: 27, object: 31, estimator: 15, osf: 31, gateway: 15,
} as const satisfies Record<string, number>;
type Slot = keyof typeof slots;
type Filling = Readonly<Record<Slot, string>>;

/** A helper must be one that the kernel has. */
export const plainFilling: Filling = { ...(Object.fromEntries(Object.keys(slots).map((slot) => [slot, `plain${slot.slice(0, 7)}`])) as Record<Slot, string>), helper: 'ftp' };

/** As iptables-save writes a value: quoted, with backslashes. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** The slots of each rule, so that what a target does not carry is left to the others. */
const rules: readonly { readonly slots: readonly Slot[]; readonly table: 'raw' | 'mangle' | 'filter'; write(filling: Filling): string }[] = [
  { slots: ['comment'], table: 'filter', write: ({ comment }) => `-A INPUT -m comment --comment ${quoted(comment)} -j ACCEPT` },
  { slots: ['prefix'], table: 'filter', write: ({ prefix }) => `-A INPUT -j LOG --log-prefix ${quoted(prefix)}` },
  { slots: ['nflogPrefix'], table: 'filter', write: ({ nflogPrefix }) => `-A INPUT -j NFLOG --nflog-prefix ${quoted(nflogPrefix)} --nflog-group 2` },
  { slots: ['chain'], table: 'filter', write: ({ chain }) => `-A INPUT -p udp -j ${chain}` },
  { slots: ['set'], table: 'filter', write: ({ set }) => `-A INPUT -m set --match-set ${quoted(set)} src -j DROP` },
  { slots: ['inInterface'], table: 'filter', write: ({ inInterface }) => `-A INPUT -i ${quoted(inInterface)} -j ACCEPT` },
  { slots: ['outInterface'], table: 'filter', write: ({ outInterface }) => `-A FORWARD -o ${quoted(outInterface)} -j ACCEPT` },
  { slots: ['recent'], table: 'filter', write: ({ recent }) => `-A INPUT -m recent --set --name ${quoted(recent)} --mask 255.255.255.255 --rsource` },
  { slots: ['hashlimit'], table: 'filter', write: ({ hashlimit }) => `-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name ${quoted(hashlimit)} -j ACCEPT` },
  { slots: ['helper'], table: 'raw', write: ({ helper }) => `-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ${quoted(helper)}` },
  { slots: ['helper'], table: 'filter', write: ({ helper }) => `-A INPUT -m helper --helper ${quoted(helper)} -j ACCEPT` },
  { slots: ['string'], table: 'filter', write: ({ string }) => `-A INPUT -m string --string ${quoted(string)} --algo bm -j DROP` },
  { slots: ['cgroup'], table: 'filter', write: ({ cgroup }) => `-A OUTPUT -m cgroup --path ${quoted(cgroup)} -j DROP` },
  { slots: ['label'], table: 'filter', write: ({ label }) => `-A INPUT -j IDLETIMER --timeout 10 --label ${quoted(label)}` },
  { slots: ['object'], table: 'filter', write: ({ object }) => `-A INPUT -m nfacct --nfacct-name ${quoted(object)}` },
  { slots: ['estimator'], table: 'mangle', write: ({ estimator }) => `-A PREROUTING -j RATEEST --rateest-name ${quoted(estimator)} --rateest-interval 250ms --rateest-ewmalog 500ms` },
  { slots: ['osf'], table: 'filter', write: ({ osf }) => `-A INPUT -p tcp -m osf --genre ${quoted(osf)} -j DROP` },
  { slots: ['set'], table: 'mangle', write: ({ set }) => `-A PREROUTING -j SET --add-set ${quoted(set)} src` },
  { slots: ['gateway'], table: 'mangle', write: ({ gateway }) => `-A PREROUTING -j TEE --gateway 10.0.0.9 --oif ${quoted(gateway)}` },
];

export const ruleCount = rules.length;

/** One of the rules, with hostile text in its slots. */
export const hostileRule: fc.Arbitrary<{ readonly rule: number; readonly filling: Filling }> = fc
  .nat(ruleCount - 1)
  .chain((rule) => fc.record({ rule: fc.constant(rule), filling: fc.tuple(...(rules[rule]?.slots ?? []).map((slot) => hostileText(slots[slot]).map((text) => ({ [slot]: text })))).map((filled) => Object.assign({}, plainFilling, ...filled) as Filling) }));

/** A dump that holds one of the rules, or all (`undefined`). */
export function dump(filling: Filling, only?: number): string {
  const chosen = rules.filter((_, index) => only === undefined || index === only);
  const lines = (table: string): readonly string[] => chosen.filter((rule) => rule.table === table).map((rule) => rule.write(filling));
  return [
    '*raw', ':PREROUTING ACCEPT [0:0]', ...lines('raw'), 'COMMIT',
    '*mangle', ':PREROUTING ACCEPT [0:0]', ...lines('mangle'), 'COMMIT',
    '*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', ...(chosen.some((rule) => rule.slots.includes('chain')) ? [`:${filling.chain} - [0:0]`] : []), ...lines('filter'), 'COMMIT', '',
  ].join('\n');
}
