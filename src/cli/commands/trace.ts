import { hasErrors, type Diagnostic } from '../../diagnostics/index.js';
import type { Outcome, PacketInput } from '../../ir/index.js';
import { flag, word, words, type Command, type Ending, type OptionValues, type Session } from '../command.js';
import { fingerprintsHelp, readProgram, readTopology, ruleOptions, ruleOptionsHelp, withFingerprints } from '../program.js';
import { exitStatus } from '../status.js';
import { usage } from '../usage.js';

export const trace: Command = {
  name: 'trace',
  summary: 'follow packets through the rules, rule by rule',
  help: `usage: ferrule trace [OPTIONS] RULES (--packet WORDS... | --packets FILE)

Judges packets as the kernel would: through every hook, table, chain and rule of one host, and
says where each ended and which rules decided.

  ferrule trace rules.v4 --packet 'tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0'
  ferrule trace rules.v4 --topology host.yaml --packets packets.jsonl --format jsonl

A packet in words:  PROTO SRC[:PORT] > DST[:PORT] [FLAGS] [in IFACE | local] [KEY VALUE]...
  tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0
  icmp 10.0.0.5 > 10.0.1.7 type 8 code 0 in eth0 ttl 3
  udp [2001:db8::1]:53 > [2001:db8::2]:1024 in eth0 mark 0x10
  keys: type code ttl tos mark state mac pkttype uid gid groups length fragment payload time
  forward out IFACE    without a topology: route it on instead of delivering it

${ruleOptionsHelp}
  --packet WORDS       a packet; may be repeated
  --packets FILE       packets as JSON lines: {"id","in_iface","out_of":"wire"|"local","hex"}
  --topology FILE      interfaces, addresses and routes of the host, JSON or YAML; without one
                       every destination is local
${fingerprintsHelp}  --sequence           keep state (connections, rates, counters) from one packet to the next
  --format jsonl       one JSON line a packet, in order; json: one document
`,
  options: {
    ...ruleOptions,
    packet: { type: 'string', multiple: true },
    packets: { type: 'string' },
    topology: { type: 'string' },
    fingerprints: { type: 'string' },
    sequence: { type: 'boolean' },
  },
  async run(session, values, positionals): Promise<Ending> {
    const read = await readProgram(session, values, positionals);
    const diagnostics: Diagnostic[] = [...read.diagnostics];
    const topology = await readTopology(session, values, diagnostics);
    const program = await withFingerprints(read.program, session, values, diagnostics);
    const packets = await readPackets(session, values, diagnostics);
    if (program === undefined || hasErrors(diagnostics)) return { status: exitStatus.refused, diagnostics };
    const { createInterpreter } = await import('../../../targets/interpreter/index.js');
    const interpreter = createInterpreter(program, { sequence: flag(values, 'sequence'), ...(topology === undefined ? {} : { topology }) });
    const outcomes = packets.map((packet) => interpreter.judge(packet));
    diagnostics.push(...outcomes.flatMap((outcome) => interpreter.explain(outcome)).map((diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' })));
    if (outcomes.some((outcome) => outcome.unknown?.limit === true)) return { status: exitStatus.limit, diagnostics };
    return await present(session, packets, outcomes, diagnostics);
  },
};

async function present(session: Session, packets: readonly PacketInput[], outcomes: readonly Outcome[], diagnostics: readonly Diagnostic[]): Promise<Ending> {
  const { formatOutcome } = await import('../../packet/index.js');
  if (session.format === 'text') {
    const { storyOf } = await import('../../packet/story.js');
    return { status: exitStatus.fine, output: outcomes.map((outcome, index) => storyOf(packets[index], outcome)).join('\n'), diagnostics };
  }
  const lines = outcomes.map(formatOutcome);
  if (session.format === 'jsonl') return { status: exitStatus.fine, output: lines.map((line) => `${line}\n`).join(''), diagnostics };
  return { status: exitStatus.fine, document: { packets: lines.map((line): unknown => JSON.parse(line)) }, diagnostics };
}

async function readPackets(session: Session, values: OptionValues, diagnostics: Diagnostic[]): Promise<readonly PacketInput[]> {
  const inWords = words(values, 'packet');
  const file = word(values, 'packets');
  if ((inWords.length > 0) === (file !== undefined)) {
    diagnostics.push(usage(file === undefined ? 'no packet to follow' : '--packet and --packets exclude each other', "say one in words, --packet 'tcp 192.0.2.1:40000 > 192.0.2.2:22 syn in eth0', or name a file of JSON lines with --packets"));
    return [];
  }
  const { parsePacketLines, parseWords } = await import('../../packet/index.js');
  if (file !== undefined) {
    const input = session.read(file);
    if ('diagnostic' in input) {
      diagnostics.push(input.diagnostic);
      return [];
    }
    const result = parsePacketLines(input.text, { file });
    diagnostics.push(...result.diagnostics);
    return result.value;
  }
  return inWords.flatMap((text, index) => {
    const result = parseWords(text, { id: String(index + 1) });
    diagnostics.push(...result.diagnostics);
    return result.value === undefined ? [] : [result.value];
  });
}
