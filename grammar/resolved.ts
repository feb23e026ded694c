import type { Family, Test } from '../src/ir/index.js';
import type { CommandLetter, CoreOption } from './core.js';
import type { AnyJumpExtension, AnyMatchExtension, OptionUse, Word } from './extension.js';

/** A core option as it was written; `value` is absent when it takes none. */
export interface CoreUse {
  readonly word: Word;
  readonly value: Word;
  readonly negated: boolean;
}

/** An extension named by the line, with the options that fell to it. */
export interface Instance<E> {
  readonly extension: E;
  /** Its name, or for an implied module the option that brought it. */
  readonly word: Word;
  readonly uses: OptionUse[];
  /** The rule's `-p` when the first option was read. */
  protocol?: Test<number>;
}

export interface JumpUse {
  readonly kind: 'jump' | 'goto';
  readonly name: Word;
  /** Absent for chains, verdicts, unknown targets, and behind `-g`. */
  readonly extension?: Instance<AnyJumpExtension>;
}

/** The command of a line and its own arguments. */
export interface CommandUse {
  readonly letter: CommandLetter;
  readonly word: Word;
  readonly chain?: Word;
  readonly number?: Word;
  /** Policy of -P, new name of -E. */
  readonly argument?: Word;
}

/** A command line, read as getopt and iptables' own loop read it; values are not looked at but for `-p`. */
export interface Resolved {
  readonly command?: CommandUse;
  /** `-4` or `-6` of the other family stopped the reading: what stood before takes effect, as far as it has any. */
  readonly skipped: boolean;
  readonly core: ReadonlyMap<CoreOption, CoreUse>;
  readonly protocol?: Test<number>;
  readonly matches: readonly Instance<AnyMatchExtension>[];
  readonly jump?: JumpUse;
  /** `-c` with its two values. */
  readonly counters?: { readonly packets: Word; readonly bytes: Word };
}

/** What the resolver must know of the file so far. */
export interface ResolveContext {
  readonly family: Family;
  /** Names declared by `:` lines: a target extension of that name is not looked for any more. */
  readonly announced: ReadonlySet<string>;
}
