import { catalogue, type Entry, nearest } from '../../diagnostics/index.js';
import { assumptions, isOptIn, type AssumptionId } from '../../ir/index.js';
import type { Command, Ending } from '../command.js';
import { exitStatus } from '../status.js';
import { usage } from '../usage.js';

const entries: Readonly<Record<string, Entry<string> | undefined>> = catalogue;
const isAssumption = (text: string): text is AssumptionId => Object.hasOwn(assumptions, text);

export const explain: Command = {
  name: 'explain',
  summary: 'what a diagnostic or an assumption means, and what to do',
  help: `usage: ferrule explain [CODE]

Prints the page of a diagnostic's code (the word in brackets: error[unknown-option]) or of an
assumption's id. Without CODE it lists them all.
`,
  options: {},
  run(_session, _values, positionals): Ending {
    const [code] = positionals;
    if (code === undefined) return { status: exitStatus.fine, output: list(), diagnostics: [] };
    const page = pageOf(code);
    if (page !== undefined) return { status: exitStatus.fine, output: page, diagnostics: [] };
    const near = nearest(code, [...Object.keys(entries), ...Object.keys(assumptions)]);
    return {
      status: exitStatus.refused,
      diagnostics: [usage(`there is no code ${JSON.stringify(code)}`, near === undefined ? 'ferrule explain lists them all' : `did you mean ${near}?`)],
    };
  },
};

function pageOf(code: string): string | undefined {
  if (Object.hasOwn(entries, code)) {
    const entry = entries[code];
    if (entry === undefined) return undefined;
    const shape = entry.message.parts.map((part, index) => (index === 0 ? part : `<${entry.message.holes[index - 1] ?? ''}>${part}`)).join('');
    return `${code} (${entry.severity})\n\n  ${shape}\n\n${wrap(entry.page)}`;
  }
  if (isAssumption(code)) {
    const use = isOptIn(code)
      ? `This one is never used unless it is accepted by name, with --assume ${code}.`
      : `Under --strict no assumption may be used; --assume ${code} accepts this one by name.`;
    return `${code} (assumption)\n\n${wrap(`The output equals the rules provided that ${assumptions[code]}. ${use}`)}`;
  }
  return undefined;
}

function list(): string {
  const codes = Object.entries(entries).map(([code, entry]) => `  ${code} (${entry?.severity ?? ''})`).sort();
  return `diagnostics:\n${codes.join('\n')}\n\nassumptions:\n${Object.keys(assumptions).filter(isAssumption).map((id) => `  ${id}${isOptIn(id) ? ' (only when accepted by name)' : ''}`).join('\n')}\n`;
}

/** Breaks prose at 90 columns; lines that begin with a blank are examples and stay. */
function wrap(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith(' ')) return line;
      const out: string[] = [];
      let current = '';
      for (const item of line.split(' ')) {
        if (current !== '' && current.length + 1 + item.length > 90) {
          out.push(current);
          current = item;
        } else current = current === '' ? item : `${current} ${item}`;
      }
      return [...out, current].join('\n');
    })
    .join('\n') + '\n';
}
