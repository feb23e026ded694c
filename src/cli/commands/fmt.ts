import { diagnose, hasErrors } from '../../diagnostics/index.js';
import { flag, type Command, type Ending } from '../command.js';
import { oneFamilyOnly, readProgram, ruleOptions, ruleOptionsHelp } from '../program.js';
import { exitStatus } from '../status.js';

export const fmt: Command = {
  name: 'fmt',
  summary: 'print rules in the one canonical form',
  help: `usage: ferrule fmt [OPTIONS] RULES

Prints the rules as the kernel would save them, made deterministic: tables in the order raw,
mangle, nat, filter, security; built-in chains in hook order, then user chains sorted; rules
grouped by chain; no comments, no counters. Commands such as -I, -D or -E have been carried out.
Where the kernel's own save loses meaning, fmt prints the faithful form and a warning says so.

  ferrule fmt rules.v4                 print
  ferrule fmt -o rules.v4 rules.v4     rewrite in place
  ferrule fmt --check rules.v4         exit 1 if fmt would change the file

${ruleOptionsHelp}
  --counters           print packet and byte counters instead of dropping them
  --keep-going         print the good lines of a bad file (still exits 2)
  --check              print nothing; exit 1 when the file is not canonical
`,
  options: { ...ruleOptions, counters: { type: 'boolean' }, 'keep-going': { type: 'boolean' }, check: { type: 'boolean' } },
  async run(session, values, positionals): Promise<Ending> {
    const read = await readProgram(session, values, positionals);
    const keepGoing = flag(values, 'keep-going');
    if (read.program === undefined || (read.refused && !keepGoing)) return { status: exitStatus.refused, diagnostics: read.diagnostics };
    if (read.program.rulesets.length > 1) return { status: exitStatus.refused, diagnostics: [oneFamilyOnly('the output of fmt')] };
    const { print } = await import('../../../grammar/index.js');
    const printed = read.program.rulesets.map((ruleset) => ({ ruleset, ...print(ruleset, { counters: flag(values, 'counters') }) }));
    const diagnostics = [...read.diagnostics, ...printed.flatMap((part) => part.diagnostics)];
    const output = printed.map((part) => part.value).join('');
    if (read.refused || hasErrors(diagnostics)) return { status: exitStatus.refused, output, keepOutput: true, diagnostics };
    if (!flag(values, 'check')) return { status: exitStatus.fine, output, diagnostics };
    const changed = printed.filter(({ ruleset, value }) => {
      const input = session.read(ruleset.file);
      return !('text' in input) || input.text !== value;
    });
    const findings = changed.map(({ ruleset: { file } }) => diagnose('not-canonical', { file }, { file, line: 0, column: 0, endColumn: 0 }));
    return { status: findings.length > 0 ? exitStatus.findings : exitStatus.fine, diagnostics: [...diagnostics, ...findings] };
  },
};
