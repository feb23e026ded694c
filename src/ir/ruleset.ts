import type { AddressMask, Family } from './address.js';
import type { Fingerprint } from './fingerprint.js';
import type { Hook, TableName } from './hook.js';
import type { Jump } from './jump.js';
import type { Match } from './match.js';
import type { NamedSet } from './set.js';
import type { Source } from './source.js';
import type { InterfacePattern, Test } from './test.js';

/** One or two families and the named sets their rules speak of: what every command works on. */
export interface Program {
  readonly rulesets: readonly Ruleset[];
  readonly sets: readonly NamedSet[];
  /** What the kernel has been given to tell systems by, in its order; not known unless given. */
  readonly fingerprints?: readonly Fingerprint[];
}

/** The tables of one family after all commands of its file have been carried out; `raw` before `mangle` before `nat` ... */
export interface Ruleset {
  readonly family: Family;
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  readonly tables: readonly Table[];
}

/** Built-in chains first, in hook order and all of them present, then user chains sorted by bytes. */
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
}

export type Chain = BaseChain | UserChain;

export interface BaseChain {
  readonly kind: 'base';
  readonly name: Hook;
  readonly hook: Hook;
  readonly policy: 'ACCEPT' | 'DROP';
  readonly counters: Counters;
  readonly rules: readonly Rule[];
  /** The line that set the policy, when one did. */
  readonly source?: Source;
}

export interface UserChain {
  readonly kind: 'user';
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly source: Source;
}

export interface Counters {
  readonly packets: bigint;
  readonly bytes: bigint;
}

/**
 * One rule as the kernel holds it (`-s a,b` has become two). `source` spans its whole line. Tests run in the order: addresses,
 * interfaces, protocol and fragment, then the matches as listed; the first that fails ends the rule.
 */
export interface Rule {
  readonly source: Source;
  readonly conditions: Conditions;
  readonly matches: readonly Match[];
  /** Absent: the rule only counts. */
  readonly jump?: Jump;
  readonly counters?: Counters;
}

/** The core options of a rule. */
export interface Conditions {
  readonly source?: Test<AddressMask>;
  readonly destination?: Test<AddressMask>;
  readonly inInterface?: Test<InterfacePattern>;
  readonly outInterface?: Test<InterfacePattern>;
  /** 1-255; `-p all` is an absent property. */
  readonly protocol?: Test<number>;
  /** IPv6 `-p all`: every protocol, but as at any `-p` a packet whose extension headers cannot be walked is dropped. */
  readonly anyProtocol?: true;
  /** `-f`: fragment offset other than 0 (IPv4 only). */
  readonly fragment?: { readonly negated: boolean };
}
