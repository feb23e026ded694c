import type { Code, Diagnostic } from '../../diagnostics/index.js';
import type { Place } from './place.js';

/** A place with what it is to the finding. */
export interface NotedPlace {
  readonly place: Place;
  readonly message: string;
}

/** One thing found, as the formats for machines and reviews need it. All texts may hold anything; the formats escape them. */
export interface Finding {
  readonly code: Code;
  /** Half a line. */
  readonly title: string;
  /** Everything a person needs, over several lines. */
  readonly text: string;
  /** Where it is decided. */
  readonly places: readonly NotedPlace[];
  /** The rules on the way. */
  readonly related: readonly NotedPlace[];
  /** For machines. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What was asked, and what was found where it does not hold. */
export interface Case {
  readonly group: string;
  readonly name: string;
  readonly finding?: Finding;
}

/** A whole report. `summary`: lines about all of it. */
export interface Report {
  /** `verify`, `policy`. */
  readonly name: string;
  readonly cases: readonly Case[];
  readonly summary: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export const findingsOf = ({ cases }: Report): readonly Finding[] => cases.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
