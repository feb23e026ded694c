import { diagnose, type Diagnostic } from '../src/diagnostics/index.js';
import type { NamedSet, Program, Source } from '../src/ir/index.js';

interface Asked {
  readonly name: string;
  readonly source: Source;
}

/** Ports, MAC addresses and names of sets alone are of no family. */
const isOfOneFamily = ({ dimensions }: NamedSet): boolean => dimensions.some((dimension) => dimension === 'ip' || dimension === 'net');

/** Rules that ask for sets of the other family: `iptables-restore` refuses the file. */
export function checkSetFamilies({ rulesets, sets }: Program): readonly Diagnostic[] {
  if (sets.length === 0) return [];
  const byName = new Map(sets.map((set) => [set.name, set]));
  return rulesets.flatMap(({ family, file, tables }) =>
    tables.flatMap(({ chains }) =>
      chains.flatMap(({ rules }) =>
        rules.flatMap(({ matches, jump }) => {
          const asked: Asked[] = matches.flatMap((match) => (match.kind === 'set' ? [{ name: match.set.value, source: match.source }] : []));
          if (jump?.kind === 'set') for (const change of [jump.add, jump.remove, jump.map]) if (change !== undefined) asked.push({ name: change.set, source: jump.source });
          return asked.flatMap(({ name, source }) => {
            const set = byName.get(name);
            if (set === undefined || set.family === family || !isOfOneFamily(set)) return [];
            return [diagnose('set-of-other-family', { set: name, held: set.family, wanted: family }, { file, line: source.line, column: source.column, endColumn: source.endColumn })];
          });
        }),
      ),
    ),
  );
}
