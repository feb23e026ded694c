import type { Family } from '../src/ir/index.js';
import type { AnyJumpExtension, AnyMatchExtension, JumpTable, MatchTable, OptionSpec } from './extension.js';
import { jumpExtensions } from './jumps/index.js';
import { matchExtensions } from './matches/index.js';

/** All extensions as the resolver finds them: by the name that `-m` or `-j` gives, per family. */
export interface Extensions {
  match(name: string, family: Family): AnyMatchExtension | undefined;
  jump(name: string, family: Family): AnyJumpExtension | undefined;
  /** The module that `-p` brings when an option needs one. */
  implied(protocol: number, family: Family): AnyMatchExtension | undefined;
  /** Names for "did you mean". */
  readonly matchNames: readonly string[];
  readonly jumpNames: readonly string[];
  /** Modules that know an option of this name, for hints. */
  modulesWith(option: string, family: Family): readonly string[];
}

function build(matchTable: MatchTable, jumpTable: JumpTable): Extensions {
  // The one place where the correlation of kind and extension is given up: a table's values as a list.
  const matches = Object.values(matchTable) as readonly AnyMatchExtension[];
  const jumps = Object.values(jumpTable) as readonly AnyJumpExtension[];
  const byModule = { 4: new Map<string, AnyMatchExtension>(), 6: new Map<string, AnyMatchExtension>() };
  const byTarget = { 4: new Map<string, AnyJumpExtension>(), 6: new Map<string, AnyJumpExtension>() };
  const byProtocol = { 4: new Map<number, AnyMatchExtension>(), 6: new Map<number, AnyMatchExtension>() };
  for (const extension of matches) {
    for (const family of extension.families) {
      for (const name of extension.modules) byModule[family].set(name, extension);
      for (const protocol of extension.impliedBy ?? []) byProtocol[family].set(protocol, extension);
    }
  }
  for (const extension of jumps) {
    for (const family of extension.families) byTarget[family].set(extension.target, extension);
  }
  const knows = (option: string) => (spec: OptionSpec) => spec.name === option || spec.aliases?.includes(option) === true;
  return {
    match: (name, family) => byModule[family].get(name),
    jump: (name, family) => byTarget[family].get(name),
    implied: (protocol, family) => byProtocol[family].get(protocol),
    matchNames: matches.flatMap((extension) => extension.modules),
    jumpNames: ['ACCEPT', 'DROP', 'RETURN', ...jumps.map((extension) => extension.target)],
    modulesWith: (option, family) => [
      ...matches
        .filter((extension) => extension.families.includes(family) && extension.options.some(knows(option)))
        .map((extension) => `-m ${extension.modules[0] ?? extension.kind}`),
      ...jumps
        .filter((extension) => extension.families.includes(family) && extension.options.some(knows(option)))
        .map((extension) => `-j ${extension.target}`),
    ],
  };
}

export const extensions: Extensions = build(matchExtensions, jumpExtensions);

/** Whether `-N` would clash: the tool loads the extension to find out. */
export const isTargetName = (name: string, family: Family): boolean =>
  ['ACCEPT', 'DROP', 'RETURN', 'QUEUE', 'standard', ''].includes(name) || extensions.jump(name, family) !== undefined;
