import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseSets } from '../../grammar/index.js';
import { renderText, type Diagnostic } from '../../src/diagnostics/index.js';
import type { PacketInput, Program, Topology } from '../../src/ir/index.js';
import { parseTopology, parseWords } from '../../src/packet/index.js';

/**
 * A scenario: a folder with `input.rules`, and what should come of it. Optional: `sets.ipset`, `topology.yaml`, `packets.txt`
 * (one packet in words a line). Expected files are compared whole; `npm test -- test/cases -u` writes them anew, and the kernel
 * lane (`test/kernel/cases.test.ts`) shows the packets and the nft output to the kernel.
 */
export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly rules: string;
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly topology?: Topology;
  readonly packets: readonly PacketInput[];
}

const root = import.meta.dirname;

export const caseNames = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'input.rules')))
  .map((entry) => entry.name)
  .sort();

const optional = (folder: string, file: string): string | undefined => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined);

export function readCase(name: string): Case {
  const folder = join(root, name);
  const rules = readFileSync(join(folder, 'input.rules'), 'utf8');
  const parsed = parse(rules, { file: 'input.rules' });
  const sets = optional(folder, 'sets.ipset');
  const parsedSets = sets === undefined ? undefined : parseSets(sets, { file: 'sets.ipset' });
  const topologyText = optional(folder, 'topology.yaml');
  const topology = topologyText === undefined ? undefined : parseTopology(topologyText, { file: 'topology.yaml' });
  const packets = (optional(folder, 'packets.txt') ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line, index) => parseWords(line, { id: String(index + 1) }));
  const problems = [...(parsedSets?.diagnostics ?? []), ...(topology?.diagnostics ?? []), ...packets.flatMap((packet) => packet.diagnostics)];
  if (problems.length > 0) throw new Error(`case ${name}: ${problems.map((problem) => problem.message).join('; ')}`);
  return {
    name, folder, rules,
    program: { rulesets: [parsed.value], sets: parsedSets?.value ?? [] },
    diagnostics: parsed.diagnostics,
    ...(topology?.value === undefined ? {} : { topology: topology.value }),
    packets: packets.flatMap((packet) => (packet.value === undefined ? [] : [packet.value])),
  };
}

/** Diagnostics as the command line prints them. */
export function diagnosticText(diagnostics: readonly Diagnostic[], rules: string): string {
  const lines = rules.split('\n');
  return diagnostics.map((diagnostic) => renderText(diagnostic, { color: false, lines: (file, line) => (file === 'input.rules' ? lines[line - 1] : undefined) })).join('');
}
