import { describe, expect, test } from 'vitest';
import { parse, parseFingerprints } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import type { Outcome, PacketInput, Program } from '../../src/ir/index.js';
import { createRandom } from '../../src/probe/random.js';
import { lower } from '../../src/lower/index.js';
import { createHost } from '../../src/stack/index.js';
import { translate } from '../../src/translate.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { createModel, lowerToNft } from '../../targets/nftables/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withFingerprints } from './fingerprints.js';
import { type Host, withHost } from './host.js';
import { synsAt } from './syns.js';
import { world } from './world.js';

const count = Math.max(600, Number(process.env['FERRULE_PACKETS'] ?? 600));
const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const assume = ['one-system-fits', 'osf-unlogged'] as const;

/** Every form of a window, options in other orders, lengths with data; one system twice, one within another's reach by any TTL. */
const table = `# made up for these tests
8192:64:1:49:M*,N,N,S:FerruleExact:1::data behind the header
S4:64:1:60:M*,S,T,N,W7:FerruleSegment:1::times the MSS
S4:64:1:60:M*,N,W0,S,T:FerruleOrder:1::the same options in another order
T3:128:0:48:M1460,N,W%2:FerrulePacket:1::times the MSS and 40
%1024:255:0:44:M*:FerruleMany:1::a multiple
16384:64:0:44:M536:FerruleTwice:1::the value of an MSS is not compared
%8191:64:0:44:M*:FerruleTwice:2::another one of it
*:32:0:40:.:Ferrule OS:1::any window, no options
0:200:1:51:M*,E,N,S:FerruleAny:1::any window once more
S*:100:1:52:M*,N,N,S,N,N,N,E:FerruleNone:1::a window of 0
65535:7:0:44:M*:@Abcdefghijklmn:1::as long a name as nft tells from others
`;

/** Two that overlap, and one whose name nft has for another thing. */
const clashing = `16384:64:0:44:M*:FerruleFirst:1::all of it
*:64:0:44:M*:FerruleSecond:1::overlaps with the one before
*:64:1:44:M*:unknown:1::a system of that name
`;

const systems = ['FerruleExact', 'FerruleSegment', 'FerruleOrder', 'FerrulePacket', 'FerruleMany', 'FerruleTwice', '"Ferrule OS"', 'FerruleAny', 'FerruleNone', 'Abcdefghijklmn'];

/** Each rule leaves a bit where it matches. */
const marking = (chain: string, matches: readonly string[]): string => matches.map((match, index) => `-A ${chain} -p tcp -m osf ${match} -j MARK --or-mark ${(1 << index) >>> 0}\n`).join('');

/** `met`: the rules that match some packet, as bits. A `!` is passed over, and `--log` takes any system. */
const groups: readonly { readonly name: string; readonly fingerprints: string; readonly matches: readonly string[]; readonly met: number }[] = [
  { name: 'of each system, the TTL the same', fingerprints: table, matches: systems.map((name) => `--genre ${name}`), met: 0x3ff },
  { name: 'the TTL said', fingerprints: table, matches: ['0', '1', '2'].flatMap((ttl) => ['FerruleSegment', 'FerruleTwice', '"Ferrule OS"', 'FerruleMany', 'FerruleAny'].map((name) => `--genre ${name} --ttl ${ttl}`)), met: 0x7fff },
  { name: 'inverted, logged, of no system', fingerprints: table, matches: ['! --genre FerruleExact', '! --genre nobody', '--genre nobody', '! --genre FerruleTwice --ttl 2', '--genre FerruleExact --log 0', '--genre nobody --log 1', '! --genre nobody --ttl 1 --log 2', '--genre ferruleexact', '--genre FerruleTwic'], met: 0x79 },
];

const programOf = (text: string, fingerprints: string): Program => {
  const read = parseFingerprints(fingerprints, { file: 'fingerprints' });
  expect(read.diagnostics).toEqual([]);
  return { rulesets: [parse(text, { file: 'rules', family: 4 }).value], sets: [], fingerprints: read.value };
};

const told = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map((outcome) => `${outcome.id} ${comparable(outcome)}`);
const packetsFor = ({ fingerprints = [] }: Program): readonly PacketInput[] => synsAt(fingerprints, count, createRandom(seed));

const markOf = (line: string): number => Number(/mark (0x[0-9a-f]+)/.exec(line)?.[1] ?? 0);

/** What was told of packets that the assumptions speak of. */
const inside = (packets: readonly PacketInput[], { fingerprints }: Program) => (lines: readonly string[]): readonly string[] =>
  lines.filter((_, index) => packets.slice(index, index + 1).every((packet) => !isOutside(assume, packet, { fingerprints })));

interface Judged {
  readonly packets: readonly PacketInput[];
  readonly legacy: readonly string[];
  readonly nft: readonly string[];
  readonly interpreter: readonly string[];
  readonly model: readonly string[];
}

/** The same packets under the same rules: by legacy iptables and nft in the kernel, the interpreter, and the model of nft. */
async function judged(program: Program, text: string, fingerprints: string): Promise<Judged> {
  const { text: script, diagnostics } = translate(program, { to: 'nft', strict: false, assume });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { script: tree } = lowerToNft(lower(program).value, { strict: false, assume });
  if (tree === undefined) throw new Error('not carried');
  const packets = packetsFor(program);
  const kernel = (load: (host: Host) => Promise<void>): Promise<readonly string[]> =>
    withHost(world, async (host) => {
      await load(host);
      return await withFingerprints(host, fingerprints, async () => told(await host.judge(packets)));
    });
  const { judge } = createInterpreter(program, { topology: world });
  const model = createHost({ engines: [createModel(tree, 4, 0, program.fingerprints)], topology: world });
  return {
    packets,
    legacy: await kernel((host) => host.loadLegacy(4, text)),
    nft: await kernel((host) => host.loadNft(script ?? '')),
    interpreter: told(packets.map(judge)),
    model: told(packets.map((packet) => model.judge(packet))),
  };
}

describe.skipIf(!available('fingerprints').ok)('fingerprints of systems: legacy iptables, nft, the interpreter and the model of nft', () => {
  test.each(groups)('$name', async ({ fingerprints, matches, met }) => {
    const text = `*mangle\n${marking('PREROUTING', matches)}COMMIT\n`;
    const program = programOf(text, fingerprints);
    const { packets, legacy, nft, interpreter, model } = await judged(program, text, fingerprints);
    expect(interpreter, `seed ${seed}`).toEqual(legacy);
    expect(model, `seed ${seed}`).toEqual(nft);
    const spoken = inside(packets, program);
    expect(spoken(nft), `seed ${seed}`).toEqual(spoken(legacy));
    expect(spoken(legacy).length).toBeGreaterThanOrEqual(300);
    expect(legacy.reduce((all, line) => all | markOf(line), 0)).toBe(met);
  });

  test('in INPUT and FORWARD, where routing has counted the TTL down', async () => {
    const text = `*filter\n${['INPUT', 'FORWARD'].map((chain) => systems.map((name) => `-A ${chain} -p tcp -m osf --genre ${name} --ttl 1 -j DROP\n`).join('')).join('')}COMMIT\n`;
    const program = programOf(text, table);
    const { packets, legacy, nft, interpreter, model } = await judged(program, text, table);
    expect(interpreter, `seed ${seed}`).toEqual(legacy);
    expect(model, `seed ${seed}`).toEqual(nft);
    const spoken = inside(packets, program);
    expect(spoken(nft), `seed ${seed}`).toEqual(spoken(legacy));
    for (const hook of ['INPUT', 'FORWARD']) expect(legacy.filter((line) => line.includes(`drop ${hook}`)).length).toBeGreaterThan(3);
  });

  test('what the assumptions leave out is what differs', async () => {
    const text = `*mangle\n${marking('PREROUTING', ['--genre FerruleFirst', '--genre FerruleSecond', '--genre nobody --log 0'])}COMMIT\n`;
    const { legacy, nft, interpreter, model } = await judged(programOf(text, clashing), text, clashing);
    expect(interpreter).toEqual(legacy);
    expect(model).toEqual(nft);
    const marksOf = (lines: readonly string[], bit: number): number => lines.filter((line) => (markOf(line) & bit) !== 0).length;
    // What fits both is of the first to nft, and a system called unknown is none.
    expect(marksOf(nft, 1)).toBe(marksOf(legacy, 1));
    expect(marksOf(nft, 2)).toBeLessThan(marksOf(legacy, 2));
    expect(marksOf(nft, 4)).toBeLessThan(marksOf(legacy, 4));
  });
});
