import type { Severity } from './diagnostic.js';

/** A message with named holes: its type remembers them, so a missing parameter does not compile. */
export interface Template<P extends string> {
  readonly parts: readonly string[];
  readonly holes: readonly P[];
}

/** Tag for message templates: text`unknown option ${'option'}`. */
export function text<const P extends readonly string[]>(parts: TemplateStringsArray, ...holes: P): Template<P[number]> {
  return { parts, holes };
}

/** One entry of the catalogue. `page` is what `ferrule explain CODE` prints below the message. */
export interface Entry<P extends string> {
  readonly severity: Severity;
  readonly message: Template<P>;
  readonly page: string;
}

export type Catalogue = Readonly<Record<string, Entry<string>>>;

/** The parameters an entry's message needs. */
export type Parameters<E> = E extends Entry<infer P> ? { readonly [K in P]: string | number } : never;

export function format<P extends string>(template: Template<P>, parameters: { readonly [K in P]: string | number }): string {
  return template.parts.reduce((message, part, index) => {
    const hole = template.holes[index - 1];
    return message + (hole === undefined ? '' : String(parameters[hole])) + part;
  }, '');
}
