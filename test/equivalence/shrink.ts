import type { Chain, PacketInput } from '../../src/ir/index.js';
import type { GeneratedProgram } from '../generators/ruleset.js';

/** Lines of the rules, in text and program alike. */
export const ruleLines = (generated: GeneratedProgram): readonly number[] =>
  generated.program.rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.map(({ source }) => source.line))));

/** Leaves rules out; their lines stay as empty ones, so that the others keep their numbers. */
export function without(generated: GeneratedProgram, lines: ReadonlySet<number>): GeneratedProgram {
  const trimmed = <C extends Chain>(chain: C): C => ({ ...chain, rules: chain.rules.filter(({ source }) => !lines.has(source.line)) });
  const rulesets = generated.program.rulesets.map((ruleset) => ({
    ...ruleset,
    tables: ruleset.tables.map((table) => ({ ...table, chains: table.chains.map(trimmed) })),
  }));
  const text = generated.text.split('\n').map((line, index) => (lines.has(index + 1) ? '' : line)).join('\n');
  return { ...generated, program: { ...generated.program, rulesets }, text };
}

/**
 * Leaves out rules, halves first and single ones last, as long as `differs` says that the difference stays.
 */
export async function shrinkRules(generated: GeneratedProgram, differs: (smaller: GeneratedProgram) => Promise<boolean>): Promise<GeneratedProgram> {
  const removed = new Set<number>();
  let kept = [...ruleLines(generated)];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const chunk = kept.slice(at, at + size);
      if (await differs(without(generated, new Set([...removed, ...chunk])))) {
        for (const line of chunk) removed.add(line);
        kept = [...kept.slice(0, at), ...kept.slice(at + size)];
      } else at += size;
    }
  }
  return without(generated, removed);
}

/** A packet as a line of the command line's packet files. */
export function packetLine(packet: PacketInput): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const { id, inInterface, origin, mark, uid, gid, ethernet, packetType } = packet;
  return JSON.stringify({ id, in_iface: inInterface, out_of: origin, hex: hex(packet.bytes), mark, eth: ethernet && hex(ethernet), uid, gid, pkttype: packetType });
}

/** Rules as a person would write them down: without the tables, chains and gaps that shrinking left empty. */
export function squeezed(generated: GeneratedProgram): string {
  const tables = generated.text.split(/(?<=^COMMIT\n)/m).map((table) => table.replace(/\n{2,}/g, '\n'));
  const used = new Set(generated.text.split('\n').flatMap((line) => (line.startsWith('-A') ? line.split(' ') : [])));
  const isIdle = (line: string): boolean => line.startsWith(':') && (line.includes(' ACCEPT ') || line.includes(' - ')) && !used.has(line.slice(1).split(' ')[0] ?? '');
  const kept = tables.filter((table) => /^-A|^:\S+ DROP/m.test(table)).map((table) => table.split('\n').filter((line) => !isIdle(line)).join('\n'));
  return kept.length > 0 ? kept.join('') : '(no rules)\n';
}
