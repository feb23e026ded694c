import type { Family, Test } from '../src/ir/index.js';
import { coreArguments, coreNames, isCommand, negatableCore, shortOption, takesWholeWord, unusable, type CommandLetter, type CoreOption } from './core.js';
import type { AnyMatchExtension, OptionSpec, Word } from './extension.js';
import { extensions, type Extensions } from './extensions.js';
import { findOptions, type Bearer } from './option-search.js';
import type { LineReporter } from './report.js';
import type { CommandUse, CoreUse, Instance, JumpUse, ResolveContext, Resolved } from './resolved.js';
import { didYouMean } from '../src/diagnostics/index.js';
import { cut, startsWithNumber, targetNameProblem } from './word.js';
import { parseUnsigned } from './values/number.js';
import { readProtocol } from './values/protocol.js';

/** Objects on the hot path are filled in place: spreading costs more than all else there. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A refusal: it was reported, and the line is given up. */
class Refusal extends Error {}

/**
 * Reads one command line. Arity decides what is a value; an option exists only once its `-m`, `-p` or `-j` has stood; `!` stands
 * before the option. Measured against iptables 1.8.9, whose order of looking things up this follows: the core first, then the
 * extensions from the newest to the oldest, exact names before prefixes. Undefined when the line is refused.
 */
export function resolve(words: readonly Word[], context: ResolveContext, reporter: LineReporter): Resolved | undefined {
  const resolver = new Resolver(words, context, reporter, extensions);
  try {
    return resolver.run();
  } catch (problem) {
    if (problem instanceof Refusal) return undefined;
    throw problem;
  }
}

class Resolver {
  private at = 0;
  private negated: Word | undefined;
  private command: CommandUse | undefined;
  private readonly core = new Map<CoreOption, CoreUse>();
  private protocol: Test<number> | undefined;
  private protocolLoaded = false;
  private readonly matches: Instance<AnyMatchExtension>[] = [];
  private jump: JumpUse | undefined;
  private counters: { packets: Word; bytes: Word } | undefined;
  /** Newest first: whose options are looked through in that order. */
  private readonly bearers: Bearer[] = [];
  private skipped = false;

  private readonly words: readonly Word[];
  private readonly context: ResolveContext;
  private readonly reporter: LineReporter;
  private readonly known: Extensions;

  constructor(words: readonly Word[], context: ResolveContext, reporter: LineReporter, known: Extensions) {
    this.words = words;
    this.context = context;
    this.reporter = reporter;
    this.known = known;
  }

  run(): Resolved {
    while (this.at < this.words.length && !this.skipped) {
      const word = this.words[this.at++];
      if (word === undefined) break;
      if (word.text === '--') {
        const rest = this.words[this.at];
        if (rest !== undefined) this.refuseWord(rest);
        break;
      }
      if (word.text.startsWith('--')) this.long(word);
      else if (word.text.startsWith('-') && word.text !== '-') this.cluster(word);
      else this.other(word);
    }
    if (!this.skipped) this.finish();
    const resolved: Mutable<Resolved> = { skipped: this.skipped, core: this.core, matches: this.matches };
    if (this.command !== undefined) resolved.command = this.command;
    if (this.protocol !== undefined) resolved.protocol = this.protocol;
    if (this.jump !== undefined) resolved.jump = this.jump;
    if (this.counters !== undefined) resolved.counters = this.counters;
    return resolved;
  }

  private other(word: Word): void {
    if (word.text !== '!') this.refuseWord(word);
    if (this.negated !== undefined) {
      this.reporter.report('double-negation', {}, this.reporter.at(word));
      throw new Refusal();
    }
    this.negated = word;
  }

  private long(word: Word): void {
    const equals = word.text.indexOf('=');
    const name = word.text.slice(2, equals < 0 ? undefined : equals);
    let found = findOptions(name, this.bearers);
    if (found.length !== 1 && this.loadImplied(word)) found = findOptions(name, this.bearers);
    const [only] = found;
    if (only === undefined) this.unknown(word, `--${name}`);
    if (found.length > 1) {
      this.reporter.report(
        'ambiguous-option',
        { option: `--${name}`, candidates: [...new Set(found.map((one) => `--${one.name}`))].join(', ') },
        this.reporter.at(word),
      );
      throw new Refusal();
    }
    const attached = equals < 0 ? undefined : cut(word, equals + 1);
    if (only.kind === 'core') {
      this.useCore(only.option, word, attached);
    } else {
      if (attached !== undefined && only.spec.arity === 0) this.unwantedValue(word, `--${only.name}`);
      this.useExtension(only.bearer, only.spec, word, attached);
    }
    this.negated = undefined;
  }

  /** `-vj ACCEPT`: letters in a row, until one takes a value. */
  private cluster(word: Word): void {
    for (let index = 1; index < word.text.length && !this.skipped; index++) {
      const letter = word.text.charAt(index);
      const option = shortOption(letter);
      if (option === undefined) this.unknown(word, `-${letter}`);
      const rest = word.text.length > index + 1 ? cut(word, index + 1) : undefined;
      const argument = coreArguments[option];
      this.useCore(option, word, argument === 'none' ? undefined : rest);
      this.negated = undefined;
      if (argument !== 'none') break;
    }
  }

  /** The module of the rule's protocol, when an option asks for more than is known; once in a rule. */
  private loadImplied(word: Word): boolean {
    if (this.protocol === undefined || this.protocolLoaded) return false;
    this.protocolLoaded = true;
    const extension = this.known.implied(this.protocol.value, this.context.family);
    if (extension === undefined) return false;
    this.addMatch(extension, word);
    return true;
  }

  private addMatch(extension: AnyMatchExtension, word: Word): void {
    if (!this.bearers.includes(extension)) this.bearers.unshift(extension);
    this.matches.push({ extension, word, uses: [] });
  }

  private useExtension(bearer: Bearer, spec: OptionSpec, word: Word, attached: Word | undefined): void {
    const instance = this.jump?.extension?.extension === bearer ? this.jump.extension : this.matches.findLast((one) => one.extension === bearer);
    if (instance === undefined) throw new Error(`no instance bears --${spec.name}`);
    let negated = this.negated !== undefined;
    const values: Word[] = [];
    if (spec.arity > 0) {
      if (attached === undefined && this.oldNegation(spec.negatable === true, spec.arity, `--${spec.name}`)) negated = true;
      values.push(attached ?? this.nextValue(word, spec.arity));
    }
    if (spec.arity === 2) {
      const second = this.optionalWord();
      if (second === undefined) this.missing(word, spec.arity);
      values.push(second);
    }
    if (spec.optionalValue === true) {
      const value = this.optionalWord();
      if (value !== undefined) values.push(value);
    }
    if (negated && spec.negatable !== true) this.notNegatable(`--${spec.name}`);
    if (spec.repeatable !== true && instance.uses.some((use) => use.name === spec.name)) {
      this.reporter.report('repeated-option', { option: `--${spec.name}` }, this.reporter.at(word));
      throw new Refusal();
    }
    if (instance.uses.length === 0 && this.protocol !== undefined) instance.protocol = this.protocol;
    instance.uses.push({ name: spec.name, written: word.text, negated, values, word });
  }

  private useCore(option: CoreOption, word: Word, attached: Word | undefined): void {
    const argument = coreArguments[option];
    const reason = unusable[option];
    if (reason !== undefined) {
      this.reporter.report('unusable-command', { option: word.text, reason }, this.reporter.at(word));
      throw new Refusal();
    }
    if (argument === 'none' && attached !== undefined) this.unwantedValue(word, word.text.replace(/=.*/s, ''));
    let value: Word = word;
    if (argument === 'required') {
      const negatable = negatableCore.has(option);
      if (attached === undefined && this.oldNegation(negatable, 1, word.text)) {
        value = this.nextValue(word, 1);
        this.setCore(option, word, value, true);
        return;
      }
      value = attached ?? this.nextValue(word, 1);
      if (attached !== undefined && takesWholeWord.has(option)) {
        this.reporter.report('attached-value', { text: word.text, option: `-${option}` }, this.reporter.at(word));
        value = word;
      }
    } else if (argument === 'attached' && attached !== undefined) {
      value = attached;
    }
    if (isCommand(option)) this.setCommand(option, word, value === word ? undefined : value);
    else this.setCore(option, word, value, this.negated !== undefined);
  }

  private setCommand(letter: CommandLetter, word: Word, argument: Word | undefined): void {
    if (this.negated !== undefined) this.notNegatable(word.text);
    if (this.command !== undefined) {
      this.reporter.report('two-commands', { option: word.text }, this.reporter.at(word));
      throw new Refusal();
    }
    const command: Mutable<CommandUse> = { letter, word };
    if (argument !== undefined) command.chain = argument;
    else if (coreArguments[letter] === 'attached') {
      const chain = this.optionalWord();
      if (chain !== undefined) command.chain = chain;
    }
    if (command.chain !== undefined) this.reporter.spot.chain = command.chain.text;
    if (letter === 'D' || letter === 'I' || letter === 'R' || letter === 'Z') {
      const number = this.optionalWord();
      if (number !== undefined) {
        if (parseUnsigned(number.text, 0x7fff_ffff, 1) === undefined) {
          this.reporter.report('bad-rule-number', { text: number.text }, this.reporter.at(number));
          throw new Refusal();
        }
        command.number = number;
      } else if (letter === 'R') {
        this.incomplete(word, 'a chain and a rule number');
      }
    }
    if (letter === 'P' || letter === 'E') {
      const second = this.optionalWord();
      if (second === undefined) this.incomplete(word, letter === 'P' ? 'a chain and a policy' : 'the old and the new name of a chain');
      command.argument = second;
    }
    this.command = command;
  }

  private setCore(option: CoreOption, word: Word, value: Word, negated: boolean): void {
    if (option === '4' || option === '6') {
      if (Number(option) !== this.context.family) this.skipped = true;
      return;
    }
    if (option === 'm') {
      if (negated) this.notNegatable('-m');
      this.loadMatch(value);
      return;
    }
    if (option === 'M') {
      this.reporter.report('ignored-option', { option: word.text }, this.reporter.at(word));
      return;
    }
    if (option === 'v') return;
    if (option === 'f' && this.context.family === 6) {
      this.reporter.report('wrong-family-option', { option: '-f' }, this.reporter.at(word));
      throw new Refusal();
    }
    const slot = option === 'g' ? 'j' : option;
    if (this.core.has(slot)) {
      this.reporter.report('repeated-option', { option: `-${option}` }, this.reporter.at(word));
      throw new Refusal();
    }
    if (negated && !negatableCore.has(option)) this.notNegatable(`-${option}`);
    this.core.set(slot, { word, value, negated });
    if (option === 'p') this.setProtocol(value, negated);
    else if (option === 'j' || option === 'g') this.setJump(option, value);
    else if (option === 'c') this.setCounters(word, value);
  }

  private setProtocol(value: Word, negated: boolean): void {
    const protocol = readProtocol({ ...value, text: value.text.toLowerCase() }, this.reporter);
    if (protocol === undefined) throw new Refusal();
    if (protocol === 0) {
      if (!negated) return;
      this.reporter.report('never-matches', { extension: '! -p all', reason: 'every packet has some protocol' }, this.reporter.at(value));
      throw new Refusal();
    }
    this.protocol = { value: protocol, negated };
  }

  private setJump(option: 'j' | 'g', name: Word): void {
    const problem = targetNameProblem(name.text);
    if (problem !== undefined) {
      this.reporter.report('bad-target-name', { text: name.text, problem }, this.reporter.at(name));
      throw new Refusal();
    }
    const extension = option === 'j' && !this.context.announced.has(name.text) ? this.known.jump(name.text, this.context.family) : undefined;
    const jump: Mutable<JumpUse> = { kind: option === 'j' ? 'jump' : 'goto', name };
    if (extension !== undefined) {
      jump.extension = { extension, word: name, uses: [] };
      this.bearers.unshift(extension);
    }
    this.jump = jump;
  }

  private setCounters(word: Word, value: Word): void {
    const comma = value.text.indexOf(',');
    const bytes = comma >= 0 ? cut(value, comma + 1) : this.optionalWord();
    if (bytes === undefined || !startsWithNumber(value.text) || !startsWithNumber(bytes.text)) {
      this.reporter.report('bad-counter-value', { option: word.text }, this.reporter.at(word));
      throw new Refusal();
    }
    this.counters = { packets: value, bytes };
  }

  private loadMatch(name: Word): void {
    const extension = this.known.match(name.text, this.context.family);
    if (extension !== undefined) {
      this.addMatch(extension, name);
      return;
    }
    const other: Family = this.context.family === 4 ? 6 : 4;
    const at = this.reporter.at(name);
    if (this.known.match(name.text, other) !== undefined) {
      this.reporter.report('wrong-family-extension', { name: name.text, family: this.context.family, other }, at);
    } else {
      this.reporter.report('unknown-match', { name: name.text }, at, didYouMean(name.text, this.known.matchNames));
    }
    throw new Refusal();
  }

  /** What iptables checks once all words are read. */
  private finish(): void {
    for (const instance of this.matches) this.checkInstance(instance.extension.modules[0] ?? instance.extension.kind, instance);
    if (this.jump?.extension !== undefined) this.checkInstance(this.jump.name.text, this.jump.extension);
    if (this.command === undefined) {
      this.reporter.report('no-command', {});
      throw new Refusal();
    }
    if (this.negated !== undefined) {
      this.reporter.report('dangling-negation', {}, this.reporter.at(this.negated));
      throw new Refusal();
    }
  }

  private checkInstance(name: string, instance: Instance<Bearer>): void {
    const { options } = instance.extension;
    for (const spec of options) {
      const use = instance.uses.find((one) => one.name === spec.name);
      if (use === undefined) {
        if (spec.mandatory !== true) continue;
        this.reporter.report('mandatory-option', { extension: name, option: spec.name }, this.reporter.at(instance.word));
        throw new Refusal();
      }
      const rival = spec.excludes === undefined ? undefined : instance.uses.find((one) => one !== use && spec.excludes?.includes(one.name) === true);
      if (rival !== undefined) {
        this.reporter.report('options-exclude', { option: use.name, other: rival.name }, this.reporter.at(rival.word));
        throw new Refusal();
      }
    }
  }

  /**
   * `-s ! 10.0.0.1`, the form before 2010: `!` where a value is due, and too many words then for the strict reading. Consumes the `!`.
   */
  private oldNegation(negatable: boolean, arity: number, option: string): boolean {
    const mark = this.words[this.at];
    const behind = this.words[this.at + arity];
    if (!negatable || mark?.text !== '!' || behind === undefined || /^[-!]/.test(behind.text)) return false;
    if (this.negated !== undefined) {
      this.reporter.report('double-negation', {}, this.reporter.at(mark));
      throw new Refusal();
    }
    this.reporter.report('old-negation', { option }, this.reporter.at(mark));
    this.at += 1;
    return true;
  }

  private nextValue(option: Word, arity: number): Word {
    const value = this.words[this.at];
    if (value === undefined) this.missing(option, arity);
    this.at += 1;
    return value;
  }

  /** The next word when it can be no option: what iptables takes for a further argument. */
  private optionalWord(): Word | undefined {
    const word = this.words[this.at];
    if (word === undefined || /^[-!]/.test(word.text)) return undefined;
    this.at += 1;
    return word;
  }

  private missing(option: Word, arity: number): never {
    this.reporter.report('missing-value', { option: option.text, count: arity === 1 ? 'a value' : `${arity} values` }, this.reporter.at(option));
    throw new Refusal();
  }

  private incomplete(option: Word, what: string): never {
    this.reporter.report('command-argument', { option: option.text, what }, this.reporter.at(option));
    throw new Refusal();
  }

  private unwantedValue(word: Word, option: string): never {
    this.reporter.report('option-without-value', { option }, this.reporter.at(word));
    throw new Refusal();
  }

  private notNegatable(option: string): never {
    this.reporter.report('not-negatable', { option }, this.reporter.at(this.negated ?? { text: '!', ...this.reporter.source }));
    throw new Refusal();
  }

  private refuseWord(word: Word): never {
    const hint = word.text.startsWith('#') ? 'a comment must begin in the first column of its line' : undefined;
    this.reporter.report('unexpected-word', { text: word.text }, this.reporter.at(word), hint);
    throw new Refusal();
  }

  private unknown(word: Word, option: string): never {
    const name = option.replace(/^--?/, '');
    const owners = this.known.modulesWith(name, this.context.family);
    const names = [...coreNames.map(([long]) => `--${long}`), ...this.bearers.flatMap((bearer) => bearer.options.map((spec) => `--${spec.name}`))];
    const hint = owners.length > 0 ? `it belongs to ${owners.slice(0, 4).join(', ')}, which must stand before it` : didYouMean(option, names);
    this.reporter.report('unknown-option', { option }, this.reporter.at(word), hint);
    throw new Refusal();
  }
}
