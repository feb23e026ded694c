import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import type { PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createRandom } from '../../src/probe/random.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { xdp } from '../../targets/xdp/index.js';
import { frameOf } from '../kernel/index.js';
import { edges, groups, type Group } from '../kernel/rare-groups.js';
import { world } from '../kernel/world.js';
import { compileForHost, hostCompiler } from './host.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const count = Number(process.env['FERRULE_PACKETS'] ?? 200);
/** Programs of all rules of a group, in another order each. */
const orders = Number(process.env['FERRULE_ORDERS'] ?? 1);
/** Programs of one rule. */
const singles = Number(process.env['FERRULE_SINGLES'] ?? 0);

/** A frame is sent whole; the stack would cut what its length does not cover. */
const framed = (packets: readonly PacketInput[]): readonly PacketInput[] => packets.filter((packet) => !isOutside(['unfragmented-packets'], packet));

/** Matches with a state are for the stack. */
const asked: readonly Group[] = groups.filter(({ name }) => name !== 'quota');

/** The first packet on which XDP drops what the rules let through, or the other way round. */
function differs({ family, packets }: Group, rules: readonly string[]): unknown {
  const text = `*filter\n${rules.join('\n')}\nCOMMIT\n`;
  const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: [] };
  const { text: source, diagnostics } = xdp.compile(lower(program).value, { mode: 'exact', strict: false, assume: [], chain: 'FORWARD', interface: 'eth0' });
  if (source === undefined) return { refused: diagnostics.map(({ message }) => message), text };
  const told = createInterpreter(program, { topology: world });
  const inside = framed(edges(family, packets, count, seed)).filter((packet) => ['drop', 'forward'].includes(told.judge(packet).verdict));
  const built = compileForHost(source);
  try {
    const actions = built.run(inside.map(frameOf));
    const wrong = inside.findIndex((packet, at) => (told.judge(packet).verdict === 'drop') !== (actions[at] === 'drop'));
    const packet = inside[wrong];
    return packet === undefined ? undefined : { text, bytes: Buffer.from(packet.bytes).toString('hex'), xdp: actions[wrong], told: told.judge(packet).verdict };
  } finally {
    built.dispose();
  }
}

describe.skipIf(hostCompiler === undefined)('headers that few rules name, XDP for this machine against the interpreter', () => {
  test.each(asked)('$name', (group) => {
    const random = createRandom(seed);
    for (let order = 0; order < orders; order++) {
      const rules = random.shuffled(group.matches).map((match, index) => `-A FORWARD ${match} -j ${index % 2 === 0 ? 'ACCEPT' : 'DROP'}`);
      expect(differs(group, rules), `seed ${seed}`).toBeUndefined();
    }
    for (const match of random.shuffled(group.matches).slice(0, singles)) expect(differs(group, [`-A FORWARD ${match} -j DROP`])).toBeUndefined();
  });
});
