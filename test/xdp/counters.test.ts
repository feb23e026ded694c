import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { CoreProgram, Family, PacketInput, Program } from '../../src/ir/index.js';
import { judgeXdp } from '../../src/cli/xdp-proof.js';
import { lower } from '../../src/lower/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { settings } from '../equivalence/settings.js';
import { standardTopology } from '../generators/pool.js';
import { interpret } from '../interpreter/judging.js';
import { frameOf } from '../kernel/index.js';
import { bytesOf, udp, wire } from '../kernel/world.js';
import { countingRules } from './counting.js';
import { compileForHost, hostCompiler, type HostProgram } from './host.js';

const exact: XdpOptions = { mode: 'exact', strict: false, assume: ['counted-by-one-program'], chain: 'FORWARD' };

function program(rules: string, family: Family = 4): Program {
  const { value, diagnostics } = parse(rules.startsWith('*') ? rules : `*filter\n${rules}\nCOMMIT\n`, { file: 'rules', family });
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return { rulesets: [value], sets: [] };
}

const core = (rules: string, family: Family = 4): CoreProgram => lower(program(rules, family)).value;

const compile = (rules: string, options: Partial<XdpOptions> = {}, family: Family = 4) => xdp.compile(core(rules, family), { ...exact, ...options });

function withProgram<T>(text: string | undefined, use: (program: HostProgram) => T): T {
  if (text === undefined) throw new Error('refused');
  const program = compileForHost(text);
  try {
    return use(program);
  } finally {
    program.dispose();
  }
}

const packet = wire(bytesOf(udp));
const marks = (actions: readonly string[]): string => actions.map((action) => (action === 'drop' ? 'D' : '.')).join('');

describe.skipIf(hostCompiler === undefined)('rules that count, compiled for this machine', () => {
  it.each([4, 6] as const)('judge a sequence as the interpreter does, IPv%i', (family) => {
    let [dropped, changed] = [0, 0];
    for (const { generated, text, packets } of countingRules(settings.seed, family, settings.rulesets, 300)) {
      const actions = withProgram(text, (program) => program.run(packets.map(frameOf)));
      const { judge } = createInterpreter(generated.program, { topology: standardTopology, sequence: true });
      const alone = createInterpreter(generated.program, { topology: standardTopology });
      packets.forEach((one, index) => {
        const { verdict } = judge(one);
        if (verdict === 'unseen') return;
        if (actions[index] === 'drop') dropped += 1;
        if (verdict !== alone.judge(one).verdict) changed += 1;
        if ((verdict === 'drop') !== (actions[index] === 'drop')) expect.fail(`seed ${generated.seed}, packet ${index}: ${verdict}, xdp ${actions[index] ?? ''}: ${Buffer.from(one.bytes).toString('hex')}\n${generated.text}`);
      });
    }
    console.log(`${dropped} packets dropped, ${changed} judged otherwise than alone; seed ${settings.seed}`);
    expect(dropped).toBeGreaterThan(0);
  });

  it('a limit fills with the ticks of the clock', () => {
    // 1/sec, a burst of 2: a packet costs 250 ticks.
    const { text } = compile('-A FORWARD -m limit --limit 1/sec --limit-burst 2 -j ACCEPT\n-A FORWARD -j DROP');
    const ticks = [1000, 1000, 1000, 1249, 1250, 1251, 1499, 1500, 9000, 9000, 9000];
    expect(marks(withProgram(text, (program) => program.run(ticks.map(() => frameOf(packet)), ticks)))).toBe('..DD.DD...D');
  });

  it('a limit on a clock of another rate', () => {
    const { text = '' } = compile('-A FORWARD -m limit --limit 1/sec --limit-burst 1 -j ACCEPT\n-A FORWARD -j DROP');
    const ticks = [1000, 1999, 2000];
    expect(marks(withProgram(`#define HZ 1000\n${text}`, (program) => program.run(ticks.map(() => frameOf(packet)), ticks)))).toBe('.D.');
  });

  it('a limit at any time is what the interpreter says', () => {
    const rates = fc.constantFrom('7/sec', '3/min', '100/hour', '10/day', '1000/sec');
    // Within a day: what overflows behind it the interpreter does not follow.
    const pauses = fc.array(fc.oneof(fc.nat(3), fc.nat(300), fc.nat(2_000_000)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 9 }), pauses, (rate, burst, waits) => {
        const rules = `-A FORWARD -m limit --limit ${rate} --limit-burst ${burst} -j ACCEPT\n-A FORWARD -j DROP`;
        let now = 1000;
        const ticks = waits.map((wait) => (now += wait));
        const { judge } = interpret(4, rules, { sequence: true });
        const told = ticks.map((tick) => (judge({ ...packet, time: tick / 250 }).verdict === 'drop' ? 'D' : '.')).join('');
        expect(marks(withProgram(compile(rules).text, (program) => program.run(ticks.map(() => frameOf(packet)), ticks)))).toBe(told);
      }),
      { numRuns: Number(process.env['FERRULE_XDP_RUNS'] ?? 12), seed: settings.seed },
    );
  });

  it('are judged by a suite of packets that follow one another', async () => {
    const rules = '-A FORWARD -p udp -m statistic --mode nth --every 3 --packet 1 -j DROP\n-A FORWARD -m quota ! --quota 200 -j DROP';
    const { text = '', assumptions } = compile(rules);
    const judged = async (code: string): Promise<unknown> => (await judgeXdp(program(rules), code, exact, assumptions)).document;
    expect(await judged(text)).toMatchObject({ proof: { result: 'judged' } });
    expect(await judged(text.replace(', 3u, 1u)', ', 3u, 2u)'))).toMatchObject({ proof: { result: 'different' } });
    expect(await judged(text.replace(', 200u, p->length', ', 20u, p->length'))).toMatchObject({ proof: { result: 'different' } });
  });

  it('a packet to a link-local address is counted once', () => {
    const rules = '*mangle\n:c - [0:0]\n-A INPUT -j c\n-A FORWARD -j c\n-A c -m statistic --mode nth --every 2 --packet 1 -j DROP\nCOMMIT\n';
    const { text, assumptions } = xdp.compile(core(rules, 6), { mode: 'exact', strict: false, assume: ['counted-by-one-program'], local: ['2001:db8::1'] });
    expect(assumptions).toContain('link-local-to-this-host');
    const to = (destination: string): PacketInput => wire(bytesOf(udp, { family: 6, destination }));
    const packets = [to('fe80::1'), to('2001:db8::1'), to('2001:db8::9'), to('fe80::1'), to('fe80::2')];
    expect(marks(withProgram(text, (program) => program.run(packets.map(frameOf))))).toBe('.D.D.');
  });
});

describe('rules that count', () => {
  const nth = '-m statistic --mode nth --every 2 --packet 1';
  const counted = ['untagged-frames', 'unfragmented-packets', 'counted-by-one-program', 'counted-as-received', 'no-losses-before-rules'] as const;

  it('name what they assume', () => {
    expect(compile(`-A FORWARD ${nth} -j DROP`).assumptions.toSorted()).toEqual(counted.toSorted());
    expect(compile('-A FORWARD -m limit --limit 5/sec -j DROP').assumptions.toSorted()).toEqual([...counted, 'clock-of-250-hz'].toSorted());
    expect(compile('-A FORWARD -j DROP').assumptions).toEqual(counted.slice(0, 2));
  });

  it("are the kernel's own, unless it is accepted by name that they are not", () => {
    const { text, diagnostics } = compile(`-A FORWARD ${nth} -j DROP`, { assume: [] });
    expect(text).toBeUndefined();
    expect(diagnostics.map(({ code, rule, message }) => [code, rule, message])).toEqual([['xdp-undecidable', 1, "XDP cannot decide this rule: it asks for a counter, which is the kernel's own but under --assume counted-by-one-program"]]);
  });

  it('are refused under --strict, but for accepted assumptions', () => {
    const strict = compile(`-A FORWARD ${nth} -j DROP`, { strict: true, assume: [...counted.slice(0, 2), 'counted-by-one-program'] });
    expect(strict.text).toBeUndefined();
    expect(strict.diagnostics.map(({ message }) => message.match(/assumption ([a-z-]+)/)?.[1])).toEqual(['counted-as-received', 'no-losses-before-rules']);
    expect(compile(`-A FORWARD ${nth} -j DROP`, { strict: true, assume: counted }).diagnostics).toEqual([]);
  });

  const refused: readonly (readonly [string, string, Partial<XdpOptions>, string])[] = [
    ['a counter that local packets come to as well', `*filter\n:c - [0:0]\n-A FORWARD -j c\n-A OUTPUT -j c\n-A c ${nth} -j DROP\nCOMMIT\n`, {}, 'a counter that OUTPUT goes on with'],
    ['a counter of nat', `*nat\n-A PREROUTING ${nth} -j ACCEPT\nCOMMIT\n*filter\n-A FORWARD -j DROP\n-A OUTPUT -m conntrack --ctstate NEW -j DROP\nCOMMIT\n`, {}, 'a counter of new connections'],
    ['a counter behind chunks that drop', `-A FORWARD -p sctp -m sctp ! --chunk-types any INIT ${nth} -j DROP`, {}, 'a counter behind a test that drops broken packets'],
    ['a quota of lengths that a rule changes', '*mangle\n-A PREROUTING -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1000\n-A FORWARD -m quota --quota 100 -j DROP\nCOMMIT\n', {}, 'a length that a rule may change'],
    ['what a list of addresses remembers', '-A FORWARD -m recent --update --name a -j DROP', {}, 'a list of addresses'],
    ['a table of rates', '-A FORWARD -m hashlimit --hashlimit-above 5/sec --hashlimit-mode srcip --hashlimit-name a -j DROP', {}, 'a rate for each address'],
    ['chance', '-A FORWARD -m statistic --mode random --probability 0.5 -j DROP', {}, 'chance'],
  ];
  it.each(refused)('refuse %s', (_, rules, options, needs) => {
    const { text, diagnostics } = compile(rules, options);
    expect(text).toBeUndefined();
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([['xdp-undecidable', `XDP cannot decide this rule: it asks for ${needs}`]]);
  });

  it('a chain of OUTPUT by itself hinders nobody', () => {
    expect(compile(`*filter\n:c - [0:0]\n-A FORWARD ${nth} -j DROP\n-A OUTPUT -j c\n-A c ${nth} -j DROP\nCOMMIT\n`).diagnostics).toEqual([]);
  });

  it('the prefilter passes them on, and has no counters', () => {
    const { text, diagnostics, assumptions } = compile(`-A FORWARD ${nth} -j DROP\n-A FORWARD -j DROP`, { mode: 'prefilter' });
    expect([diagnostics, assumptions]).toEqual([[], []]);
    expect(text).not.toContain('bpf_map_lookup_elem');
  });
});
