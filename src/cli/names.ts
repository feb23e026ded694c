import { readFileSync } from 'node:fs';
import type { NameService } from '../../grammar/extension.js';

/** Users and groups of this machine, read once and only when a rule names one. */
export function machineNames(): NameService {
  const tables = new Map<string, ReadonlyMap<string, number>>();
  const look = (file: string, name: string): number | undefined => {
    const table = tables.get(file) ?? readTable(file);
    tables.set(file, table);
    return table.get(name);
  };
  return { user: (name) => look('/etc/passwd', name), group: (name) => look('/etc/group', name) };
}

function readTable(file: string): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return table;
  }
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined && /^\d+$/.test(id) && !table.has(name)) table.set(name, Number(id));
  }
  return table;
}
