import type { Code, catalogue, Parameters } from '../src/diagnostics/index.js';
import type { Family, Hook, Jump, JumpKind, JumpOf, Match, MatchKind, MatchOf, Source, TableName, Test } from '../src/ir/index.js';

/** One word of a line after unquoting; columns span it as written, quotes included. */
export interface Word {
  readonly text: string;
  readonly column: number;
  readonly endColumn: number;
}

/** One row of an extension's option table: all that the resolver needs to read it as getopt does. */
export interface OptionSpec {
  /** Without dashes, as `iptables-save` prints it. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** How many words follow. */
  readonly arity: 0 | 1 | 2;
  /** One more word may follow, if it can be no option. */
  readonly optionalValue?: true;
  /** `!` may stand before it. */
  readonly negatable?: true;
  /** May be given more than once in one instance. */
  readonly repeatable?: true;
  /** Names of options that may not stand beside it. */
  readonly excludes?: readonly string[];
  /** Without it the extension is refused. */
  readonly mandatory?: true;
}

/** An option as the resolver read it. `name` is the spec's, whatever alias or prefix was written. */
export interface OptionUse {
  readonly name: string;
  readonly written: string;
  readonly negated: boolean;
  readonly values: readonly Word[];
  readonly word: Word;
}

/** What `decode` may look at beside its own options. */
export interface DecodeContext {
  readonly family: Family;
  readonly table: TableName;
  /** The rule's `-p`, as far as it stood before the extension (`multiport` wants it there) or anywhere (`protocolAnywhere`). */
  readonly protocol?: Test<number>;
  readonly protocolAnywhere?: Test<number>;
  /** Where the extension was named. */
  readonly source: Source;
  readonly names: NameService;
  /** Records a diagnostic of the catalogue at a word, or at the extension itself. Errors make decode's value useless. */
  report<C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, at?: Source, hint?: string): void;
}

/** Names that only this machine knows. Absent functions know none; protocols and services are bundled. */
export interface NameService {
  user?(name: string): number | undefined;
  group?(name: string): number | undefined;
}

export interface PrintContext {
  readonly family: Family;
}

/** What a decoded extension needs of the rule around it, checked after decoding with the kernel's reasons (fact sheet section 5). */
export interface Needs {
  /** Only in these tables. */
  readonly tables?: readonly TableName[];
  /** Only where every base chain that reaches the rule is one of these hooks. */
  readonly hooks?: readonly Hook[];
  /** Only under an un-negated `-p` of one of these numbers. */
  readonly protocols?: readonly number[];
  /** Not where a base chain that reaches the rule is one of these. */
  readonly notHooks?: readonly Hook[];
  /** Only beside a tcp match whose flags ask for SYN (`--tcp-flags` value holds it, not negated). */
  readonly synMatch?: true;
  /** Why, in the kernel's terms: completes "NAME ...". */
  readonly reason?: string;
}

/**
 * One match: its options, how they decode to the surface IR, how the IR prints back, and where it may stand.
 * `print` returns the text behind `-m NAME` byte for byte as `iptables-save` writes it, each option with a leading blank.
 */
export interface MatchExtension<K extends MatchKind> {
  readonly kind: K;
  /** Names that `-m` takes; the first is saved. */
  readonly modules: readonly string[];
  /** Protocol numbers for which the module is implied when one of its options follows `-p`. */
  readonly impliedBy?: readonly number[];
  readonly families: readonly Family[];
  readonly options: readonly OptionSpec[];
  decode(uses: readonly OptionUse[], context: DecodeContext): MatchOf<K> | undefined;
  print(match: MatchOf<K>, context: PrintContext): string;
  /** Why iptables-save would print something else than `print` does: its own text loses the meaning or cannot be read back. */
  lossy?(match: MatchOf<K>, context: PrintContext): string | undefined;
  needs?(match: MatchOf<K>, family: Family): Needs;
  /** Read from documentation and sources alone: no kernel that was at hand has it. A warning says so. */
  readonly unjudged?: true;
}

/** One jump extension (`-j REJECT`); verdicts and chains are not extensions. `print` returns the text behind `-j NAME`. */
export interface JumpExtension<K extends JumpKind> {
  readonly kind: K;
  /** As `-j` names it and save prints it. */
  readonly target: string;
  readonly families: readonly Family[];
  readonly options: readonly OptionSpec[];
  decode(uses: readonly OptionUse[], context: DecodeContext): JumpOf<K> | undefined;
  print(jump: JumpOf<K>, context: PrintContext): string;
  lossy?(jump: JumpOf<K>, context: PrintContext): string | undefined;
  needs?(jump: JumpOf<K>, family: Family): Needs;
  readonly unjudged?: true;
}

/** Jumps that core syntax decodes itself. */
export type CoreJumpKind = 'accept' | 'drop' | 'return' | 'chain' | 'goto';

/** Tables over every kind: an extension that is forgotten does not compile. */
export type MatchTable = { readonly [K in MatchKind]: MatchExtension<K> };
export type JumpTable = { readonly [K in Exclude<JumpKind, CoreJumpKind>]: JumpExtension<K> };

export type AnyMatchExtension = MatchExtension<Match['kind']>;
export type AnyJumpExtension = JumpExtension<Exclude<Jump['kind'], CoreJumpKind>>;
