/** What a core option does; the letter iptables gives it, `0` for --line-numbers. */
export type CoreOption =
  | CommandLetter
  | 's' | 'd' | 'p' | 'i' | 'o' | 'j' | 'g' | 'm' | 'f' | 'c' | '4' | '6'
  | 't' | 'n' | 'v' | 'w' | 'W' | 'x' | 'V' | 'h' | 'M' | '0';

export type CommandLetter = 'A' | 'C' | 'D' | 'I' | 'R' | 'L' | 'S' | 'F' | 'Z' | 'N' | 'X' | 'E' | 'P';

/** Whether a word follows: never, always, or only when it is attached to the option itself. */
export type Argument = 'none' | 'required' | 'attached';

export const coreArguments: { readonly [O in CoreOption]: Argument } = {
  A: 'required', C: 'required', D: 'required', I: 'required', R: 'required', N: 'required', E: 'required', P: 'required',
  L: 'attached', S: 'attached', F: 'attached', Z: 'attached', X: 'attached',
  s: 'required', d: 'required', p: 'required', i: 'required', o: 'required', j: 'required', g: 'required', m: 'required',
  c: 'required', t: 'required', M: 'required',
  f: 'none', n: 'none', v: 'none', x: 'none', V: 'none', 4: 'none', 6: 'none', 0: 'none',
  w: 'attached', W: 'attached', h: 'attached',
};

/** The long names, of the tool's own options too: they take part in deciding what a prefix may mean. */
export const coreNames: readonly (readonly [name: string, option: CoreOption])[] = [
  ['append', 'A'], ['delete', 'D'], ['check', 'C'], ['insert', 'I'], ['replace', 'R'], ['list', 'L'], ['list-rules', 'S'],
  ['flush', 'F'], ['zero', 'Z'], ['new-chain', 'N'], ['delete-chain', 'X'], ['rename-chain', 'E'], ['policy', 'P'],
  ['source', 's'], ['destination', 'd'], ['src', 's'], ['dst', 'd'], ['protocol', 'p'], ['in-interface', 'i'],
  ['jump', 'j'], ['table', 't'], ['match', 'm'], ['numeric', 'n'], ['out-interface', 'o'], ['verbose', 'v'], ['wait', 'w'],
  ['wait-interval', 'W'], ['exact', 'x'], ['fragments', 'f'], ['version', 'V'], ['help', 'h'], ['line-numbers', '0'],
  ['modprobe', 'M'], ['set-counters', 'c'], ['goto', 'g'], ['ipv4', '4'], ['ipv6', '6'],
];

const commandLetters: ReadonlySet<string> = new Set('ACDIRLSFZNXEP');
export const isCommand = (option: CoreOption): option is CommandLetter => commandLetters.has(option);

/** `0` has no short form. */
export const shortOption = (letter: string): CoreOption | undefined =>
  letter !== '0' && letter in coreArguments ? (letter as CoreOption) : undefined;

/** iptables 1.8.9 takes the whole word for the value of these when the value is attached. */
export const takesWholeWord: ReadonlySet<CoreOption> = new Set<CoreOption>(['s', 'd', 'p', 'i', 'o', 'j']);

/** Tests of the core that `!` may stand before. */
export const negatableCore: ReadonlySet<CoreOption> = new Set<CoreOption>(['s', 'd', 'p', 'i', 'o', 'f']);

/** Why a rule file cannot hold these. */
export const unusable: { readonly [O in CoreOption]?: string } = {
  C: 'it only checks', L: 'it only lists', S: 'it only lists', t: 'the table is named by *table', w: 'it concerns the lock of the tool',
  W: 'it concerns the lock of the tool', V: 'it ends the tool', h: 'it ends the tool',
};
