import { diagnose, hasErrors, type Diagnostic, type Place } from '../../src/diagnostics/index.js';
import { assumptions, mayAssume, type AssumptionId, type CoreProgram } from '../../src/ir/index.js';
import type { Compiled, Target } from '../target.js';
import type { CFile } from './ast.js';
import { weigh } from './build.js';
import { registerAnswer } from './answers/index.js';
import type { Session } from './context.js';
import { hostOf } from './host.js';
import { uses } from './inspect.js';
import { sizeProblem } from './limits.js';
import type { XdpOptions } from './options.js';
import { printFile } from './print.js';
import { entry, lowerRuleset } from './program.js';
import { epilogue, prologue, type PrologueNeeds } from './prologue.js';

export type { XdpOptions } from './options.js';

/** The rules that stand before the host's own stack, as one C file for clang's bpf target. */
export const xdp: Target<XdpOptions> = {
  name: 'xdp',
  description: 'one self-contained C file that drops early what raw and mangle PREROUTING, INPUT or FORWARD would drop',
  compile,
};

/** Assumptions of the exact mode; a prefilter passes such frames on, which is right whatever they hold. */
const exactAssumptions: readonly AssumptionId[] = ['untagged-frames', 'unfragmented-packets'];

function compile(program: CoreProgram, options: XdpOptions): Compiled {
  const reported = new Map<string, Diagnostic>();
  const session: Session = {
    mode: options.mode,
    functions: [],
    calls: new Map(),
    cutChains: new Set(),
    answers: new Map(),
    counters: new Map(),
    counts: mayAssume('counted-by-one-program', options),
    assumptions: new Set(options.mode === 'exact' ? exactAssumptions : []),
    // A rule that both INPUT and FORWARD come to is said once.
    report: (diagnostic) => reported.set(`${diagnostic.file}:${diagnostic.line}:${diagnostic.column}:${diagnostic.message}`, diagnostic),
  };
  const { host, problem } = hostOf(options);
  const nowhere: Place = { file: program.rulesets[0]?.file ?? '', line: 0, column: 0, endColumn: 0 };
  if (problem !== undefined) session.report(diagnose('xdp-address', { text: problem }, nowhere));
  const port = options.topology?.ifaces.find(({ name, bridge }) => bridge !== undefined && (options.interface ?? name) === name);
  if (port?.bridge !== undefined) session.report(diagnose('xdp-bridge', { port: port.name, bridge: port.bridge }, nowhere));
  const setting = {
    host,
    sets: new Map(mayAssume('sets-as-given', options) ? program.sets.map((set) => [set.name, set] as const) : []),
    assume: (id: AssumptionId) => void session.assumptions.add(id),
    answer: registerAnswer(session.answers),
    ...(options.interface === undefined ? {} : { interface: options.interface }),
  };
  for (const ruleset of program.rulesets) lowerRuleset(ruleset, setting, session);
  for (const id of session.assumptions) {
    if (!mayAssume(id, options)) session.report(diagnose('xdp-assumption', { id, sentence: assumptions[id] }, nowhere, { hint: `accept it with --assume ${id}` }));
  }
  const tooLarge = sizeProblem(session, entry);
  if (tooLarge !== undefined) session.report(diagnose('too-many-rules', { target: 'an XDP program', problem: tooLarge }, nowhere));
  const used = (Object.keys(assumptions) as AssumptionId[]).filter((id) => session.assumptions.has(id));
  const diagnostics = [...reported.values()];
  if (hasErrors(diagnostics)) return { assumptions: used, diagnostics };
  return { text: printFile(fileOf(program, session, options, used)), assumptions: used, diagnostics };
}

/** Up to so many tests and statements the debug information holds the text of every line. */
const readableWeight = 4000;

/** clang copies each line into the debug information and looks for it among all before; it does not where it cannot find the file. */
const unreadable = ['/* Keeps clang fast: without a file to read, the debug information has line numbers only. */', '#line 1 "rules"', ''];

function fileOf(program: CoreProgram, { functions, answers, counters }: Session, options: XdpOptions, used: readonly AssumptionId[]): CFile {
  const needs: PrologueNeeds = {
    ipv4: program.rulesets.some((ruleset) => ruleset.family === 4),
    ipv6: program.rulesets.some((ruleset) => ruleset.family === 6),
    tcpOptions: uses(functions, ['options', 'mss', 'mss_found']),
    routingAddresses: uses(functions, ['address1_high', 'address1_low', 'address2_high', 'address2_low']),
    headerList: uses(functions, ['listed']),
    answers: [...answers.values()],
    counters: [...counters.values()],
  };
  const header = [
    `XDP program of ferrule, mode ${options.mode}${options.interface === undefined ? '' : `, for the interface ${options.interface}`}.`,
    'Compile: clang -O2 -g -target bpf -c FILE.c -o FILE.o (-g: the kernel verifies each function by itself).',
    ...used.map((id) => `assumes ${id}: ${assumptions[id]}`),
  ];
  const large = functions.reduce((sum, part) => sum + weigh(part.body), 0) > readableWeight;
  return { header, prologue: [...prologue(needs), ...(large ? unreadable : [])], functions, epilogue: epilogue(needs) };
}
