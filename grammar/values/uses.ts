import type { Test } from '../../src/ir/index.js';
import type { OptionUse, Word } from '../extension.js';

/** Reads the value of one option; undefined once it has reported a fault. */
export type ReadWord<T> = (word: Word) => T | undefined;

/** An extension's options as its decoder takes them, one after the other. The last use of a repeated option counts. */
export interface Uses {
  /** True once a value could not be read. */
  readonly failed: boolean;
  has(name: string): boolean;
  flag(name: string): true | undefined;
  negatable(name: string): { readonly negated: boolean } | undefined;
  value<T>(name: string, read: ReadWord<T>): T | undefined;
  test<T>(name: string, read: ReadWord<T>): Test<T> | undefined;
}

export function readUses(uses: readonly OptionUse[]): Uses {
  let failed = false;
  const find = (name: string): OptionUse | undefined => uses.findLast((use) => use.name === name);
  const read = <T>(use: OptionUse, reader: ReadWord<T>): T | undefined => {
    const value = reader(firstValue(use));
    if (value === undefined) failed = true;
    return value;
  };
  return {
    get failed() {
      return failed;
    },
    has: (name) => find(name) !== undefined,
    flag: (name) => (find(name) === undefined ? undefined : true),
    negatable: (name) => {
      const use = find(name);
      return use === undefined ? undefined : { negated: use.negated };
    },
    value: (name, reader) => {
      const use = find(name);
      return use === undefined ? undefined : read(use, reader);
    },
    test: (name, reader) => {
      const use = find(name);
      const value = use === undefined ? undefined : read(use, reader);
      return use === undefined || value === undefined ? undefined : { value, negated: use.negated };
    },
  };
}

/** The first value of an option that takes one; its own word when the resolver gave none. */
export const firstValue = (use: OptionUse): Word => use.values[0] ?? use.word;

/** A property that is there only when it has a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V };
export function optional(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}

/** ` --name value`, with ` !` before it when negated: one option as iptables-save prints it. */
export function printTest<T>(name: string, test: Test<T> | undefined, format: (value: T) => string): string {
  return test === undefined ? '' : `${test.negated ? ' !' : ''} --${name} ${format(test.value)}`;
}

export const printFlag = (name: string, flag: boolean | undefined): string => (flag === true ? ` --${name}` : '');

export const printNegatable = (name: string, flag: { readonly negated: boolean } | undefined): string =>
  flag === undefined ? '' : `${flag.negated ? ' !' : ''} --${name}`;

export const printValue = (name: string, value: string | number | undefined): string => (value === undefined ? '' : ` --${name} ${value}`);
