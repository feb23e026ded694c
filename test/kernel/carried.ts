import { parse } from '../../grammar/index.js';
import { loadInSandbox } from '../../src/cli/sandbox.js';
import type { AssumptionId, Family, Hook, Outcome, PacketInput, TableName } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { validateNft } from '../../src/validate/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { nftables, nftJson } from '../../targets/nftables/index.js';
import { comparable } from './compare.js';
import type { Host } from './host.js';
import { world } from './world.js';

/** A match in one rule that marks what it holds for. */
export interface Carried {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: Hook;
  readonly match: string;
  readonly assume?: readonly AssumptionId[];
  /** The interpreter is not asked: it does not model the match. */
  readonly unmodelled?: true;
  /** nft is not asked: the translation does not hold here. */
  readonly untranslated?: true;
}

export const matched = 0x7777;

/** What legacy iptables, nft with the translation, and the interpreter say of packets; `problems` is empty when all agree and the proof holds. */
export async function carry(host: Host, one: Carried, packets: readonly PacketInput[], topology = world): Promise<{ readonly problems: readonly unknown[]; readonly outcomes: readonly Outcome[] }> {
  const { family, table, chain, match, assume = [] } = one;
  const text = `*${table}\n-A ${chain} ${match} -j MARK --set-xmark 0x7777/0xffffffff\nCOMMIT\n`;
  const parsed = parse(text, { family, file: 'rules' });
  const program = { rulesets: [parsed.value], sets: [] };
  const { value, diagnostics } = lower(program);
  const [compiled, json] = [nftables, nftJson].map((target) => target.compile(value, { strict: false, assume }));
  if (compiled?.text === undefined || json?.text === undefined) return { problems: [...parsed.diagnostics, ...diagnostics, ...(compiled?.diagnostics ?? [])], outcomes: [] };
  const problems: unknown[] = [];
  for (const { notation, written } of [{ notation: 'nft', written: compiled.text }, { notation: 'nft-json', written: json.text }] as const) {
    const loaded = await loadInSandbox(written, 'output', notation === 'nft' ? 'text' : 'json');
    if (loaded.kind !== 'listed') problems.push({ match, notation, loaded, rules: rulesOf(written) });
    for (const options of [{}, ...(loaded.kind === 'listed' ? [{ listing: loaded.json }] : [])]) {
      const { verification } = validateNft(program, { text: written, notation, assumptions: compiled.assumptions }, options);
      if (verification.kind !== 'equivalent') problems.push({ match, notation, listed: 'listing' in options, verification: verification.kind, rules: rulesOf(written) });
    }
  }
  await host.loadLegacy(family, text);
  const outcomes = await host.judge(packets);
  await host.flush();
  const legacy = outcomes.map(comparable);
  const differ = (who: string, seen: readonly string[]): void => seen.forEach((other, at) => {
    if (other !== legacy[at]) problems.push({ match, packet: packets[at]?.id, legacy: legacy[at], [who]: other });
  });
  if (one.untranslated !== true) {
    await host.loadNft(compiled.text);
    differ('nft', (await host.judge(packets)).map(comparable));
    await host.flush();
  }
  const interpreter = createInterpreter(program, { topology });
  if (one.unmodelled !== true) differ('interpreter', packets.map((packet) => comparable(interpreter.judge(packet))));
  return { problems, outcomes };
}

/** The rules of a script in text. */
const rulesOf = (text: string): string => text.split('\n').filter((line) => line.startsWith('\t\t') && !/^\t\ttype /.test(line)).join('\n');
