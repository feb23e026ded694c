import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, print } from '../../grammar/index.js';
import { hasErrors, type Diagnostic } from '../../src/diagnostics/index.js';
import { decodeBytes, type Family } from '../../src/ir/index.js';
import { names } from '../names.js';

/** One rule of `forms.txt`: what the kernel's tools make of it, and what ferrule does where it differs by intent. `!!` is a refusal. */
export interface Form {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  readonly kernel: string;
  readonly ours: string;
}

export function readForms(): readonly Form[] {
  const lines = decodeBytes(readFileSync(fileURLToPath(new URL('forms.txt', import.meta.url)))).split('\n');
  const forms: Form[] = [];
  lines.forEach((line, at) => {
    if (!/^[46] /.test(line)) return;
    const [family, table = '', chain = '', ...rest] = line.split(' ');
    const kernel = (lines[at + 1] ?? '').replace(/^=> ?/, '');
    const own = lines[at + 2] ?? '';
    const ours = own.startsWith('~') ? own.slice(1).trim() : kernel;
    forms.push({ family: family === '6' ? 6 : 4, table, chain, rule: rest.join(' '), kernel, ours });
  });
  return forms;
}

export const formText = ({ table, chain, rule }: Form): string => `*${table}\n-A ${chain} ${rule}\nCOMMIT\n`;

/** What comes out behind `-A CHAIN`, or `!!`. */
export function judgeForm(form: Form): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const { value, diagnostics } = parse(formText(form), { file: 'form', family: form.family, names });
  if (hasErrors(diagnostics)) return { text: '!!', diagnostics };
  return { text: appended(print(value, { counters: false }).value, form.chain), diagnostics };
}

export const appended = (saved: string, chain: string): string =>
  saved.split('\n').filter((line) => line.startsWith('-A ')).map((line) => line.slice(`-A ${chain}`.length).trim()).join(' || ');
