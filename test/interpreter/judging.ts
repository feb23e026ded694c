import type { Family, Outcome, PacketInput } from '../../src/ir/index.js';
import { buildPacket, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { parse, parseSets } from '../../grammar/index.js';
import { createInterpreter, type InterpreterOptions, type Interpreter } from '../../targets/interpreter/index.js';

import { world } from '../kernel/world.js';

export { world } from '../kernel/world.js';

const addresses = { 4: ['10.0.0.5', '10.0.1.7'], 6: ['2001:db8::5', '2001:db8:1::7'] } as const;

/** From client to server unless told otherwise. */
export function packet(transport: TransportSpec, spec: Partial<PacketSpec> = {}, more: Partial<PacketInput> = {}): PacketInput {
  const family = spec.family ?? 4;
  const [source, destination] = addresses[family];
  return { id: 'p', origin: 'wire', inInterface: 'eth0', bytes: buildPacket({ family, source, destination, transport, ...spec }), ...more };
}

export const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** Reads rules (a bare list of `-A` lines is the filter table) and makes the interpreter of them; `bare` without a topology. Throws on any error of the grammar. */
export function interpret(family: Family, rules: string, options: InterpreterOptions & { readonly sets?: string; readonly bare?: true } = {}): Interpreter {
  const text = rules.startsWith('*') ? rules : `*filter\n${rules}\nCOMMIT\n`;
  const parsed = parse(text, { family, file: 'rules' });
  const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
  const { sets = '', bare, ...rest } = options;
  return createInterpreter({ rulesets: [parsed.value], sets: parseSets(sets, { file: 'sets' }).value }, { ...(bare ? {} : { topology: world }), ...rest });
}

export const judge = (rules: string, one: PacketInput, options: InterpreterOptions & { readonly sets?: string } = {}): Outcome =>
  interpret((one.bytes[0] ?? 0) >> 4 === 4 ? 4 : 6, rules, options).judge(one);

/** How one match fares on a forwarded packet: `M` matched, `.` did not, `D` the match itself dropped it, `u` unseen, `?` anything else. */
export function column(family: Family, match: string, packets: readonly PacketInput[], sets = ''): string {
  const { judge: one } = interpret(family, `-A FORWARD ${match} -j MARK --set-mark 0x7777`, { sets });
  return packets
    .map((input) => {
      const { verdict, mark, stage } = one(input);
      if (verdict === 'forward') return mark === 0x7777 ? 'M' : '.';
      return verdict === 'drop' && stage === 'FORWARD' ? 'D' : verdict === 'unseen' ? 'u' : '?';
    })
    .join(' ');
}
