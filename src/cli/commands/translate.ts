import { diagnose, hasErrors, type Diagnostic, nearest } from '../../diagnostics/index.js';
import { assumptions, hooks as allHooks, type AssumptionId, type Hook, type Program, type Topology } from '../../ir/index.js';
import type { TranslateOptions } from '../../translate.js';
import { flag, word, words, type Command, type Ending, type OptionValues } from '../command.js';
import { fingerprintsHelp, oneFamilyOnly, readProgram, readTopology, ruleOptions, ruleOptionsHelp, withFingerprints } from '../program.js';
import { writeOutput } from '../files.js';
import type { Proof } from '../proof.js';
import { exitStatus } from '../status.js';
import { usage } from '../usage.js';

const outputs = ['nft', 'nft-json', 'xdp', 'iptables'] as const;
type Output = (typeof outputs)[number];

export const translate: Command = {
  name: 'translate',
  summary: 'carry rules over to nftables, to XDP C, or back to iptables',
  help: `usage: ferrule translate --to nft|nft-json|xdp|iptables [OPTIONS] RULES

Carries every rule over, or prints nothing and says which rule it cannot carry, why, and what
comes nearest (exit status 3). Where the output equals the rules only under a condition, the
condition is an assumption with a name, listed in the output and on standard error.

Before it is printed the output is proved equal to the rules for every packet and state: for nft
as the kernel lists it, after it was loaded into a network namespace made for it, or as ferrule
reads it where none can be made.

  ferrule translate --to nft -o firewall.nft rules.v4
  ferrule translate --to nft --strict -4 rules.v4 -6 rules.v6
  ferrule translate --to xdp --topology host.yaml rules.v4 > early-drop.c

${ruleOptionsHelp}
  --to nft             a script for nft -f: one transaction, loading twice is loading once
  --to nft-json        the same for nft -j -f
  --to xdp             one self-contained C file for clang -target bpf
  --to iptables        the canonical rules, as ferrule fmt prints them
  --strict             use no assumption: carry the guards, or refuse
  --assume ID          accept this assumption by name: under --strict, or one that is used only so
                       (ferrule explain ID); may be repeated
  --no-verify          print without a proof
  --witnesses FILE     write a packet for every class of packets that the rules tell apart and for
                       the edges between them, with what becomes of each, as JSON lines
  --check              judge packets aimed at every rule's edges by the rules and by a model of
                       nft's own evaluation, and say what was found (nft)
${fingerprintsHelp}  --table-prefix P     put P before the table names (nft)
  --source-lines       name each rule's source line (nft)
  --mode prefilter     drop early only what the stack would drop anyway, pass the rest (default)
  --mode exact         XDP alone decides; refused unless the frame alone is enough
  --topology FILE      the host: tells INPUT from FORWARD by its addresses (xdp), aims --check
  --local ADDRESS      the same in short: an address of the host; may be repeated (xdp)
  --chain INPUT|FORWARD  every packet takes this way (xdp)
  --interface NAME     the interface the program is attached to: decides -i (xdp)
`,
  options: {
    ...ruleOptions,
    to: { type: 'string' },
    strict: { type: 'boolean' },
    assume: { type: 'string', multiple: true },
    check: { type: 'boolean' },
    'no-verify': { type: 'boolean' },
    witnesses: { type: 'string' },
    fingerprints: { type: 'string' },
    'table-prefix': { type: 'string' },
    'source-lines': { type: 'boolean' },
    mode: { type: 'string' },
    topology: { type: 'string' },
    local: { type: 'string', multiple: true },
    chain: { type: 'string' },
    interface: { type: 'string' },
  },
  async run(session, values, positionals): Promise<Ending> {
    const to = word(values, 'to');
    if (to === undefined || !isOutput(to)) {
      const near = to === undefined ? undefined : nearest(to, outputs);
      const problem = to === undefined ? '--to is missing' : `there is no output ${JSON.stringify(to)}`;
      return { status: exitStatus.refused, diagnostics: [usage(problem, near === undefined ? `--to takes ${outputs.join(', ')}` : `did you mean --to ${near}?`)] };
    }
    const read = await readProgram(session, values, positionals);
    const diagnostics: Diagnostic[] = [...read.diagnostics];
    const topology = await readTopology(session, values, diagnostics);
    const program = await withFingerprints(read.program, session, values, diagnostics);
    const options = optionsFor(to, values, topology, diagnostics);
    if (program === undefined || options === undefined || hasErrors(diagnostics)) return { status: exitStatus.refused, diagnostics };
    if (options === 'iptables') return await canonical(program, !flag(values, 'no-verify'), diagnostics);
    const carried = await carry(program, options);
    diagnostics.push(...carried.diagnostics);
    const checks: string[] = [];
    const notes = carried.assumptions.map((id) => `assumes ${id}: ${assumptions[id]}`);
    if (carried.text === undefined) return { status: carried.limit ? exitStatus.limit : carried.diagnostics.some((d) => optionCodes.has(d.code)) ? exitStatus.refused : exitStatus.cannotCarry, diagnostics, document: { output: null, assumptions: [] } };
    if (flag(values, 'check') && options.to !== 'xdp') {
      const { checkTranslation } = await import('../../check/index.js');
      const checked = checkTranslation(program, options, topology);
      notes.push(...checked.summary);
      checks.push(...checked.summary);
      if (checked.difference !== undefined) {
        diagnostics.push(diagnose('check-failed', checked.difference, { file: program.rulesets[0]?.file ?? '', line: 0, column: 0, endColumn: 0 }));
        return { status: exitStatus.crash, diagnostics, notes };
      }
    }
    const suite = await witnessesFor(program, values, options, topology);
    if (suite.failed !== undefined) return { status: suite.failed.status, diagnostics: [...diagnostics, suite.failed.diagnostic], notes };
    notes.push(...suite.notes);
    const document = { assumptions: carried.assumptions, ...(checks.length > 0 ? { check: checks } : {}) };
    if (options.to === 'xdp' && !flag(values, 'no-verify')) {
      const { judgeXdp } = await import('../xdp-proof.js');
      return withProof(await judgeXdp(program, carried.text, options, carried.assumptions), { status: exitStatus.fine, output: carried.text, diagnostics, notes, document });
    }
    if (flag(values, 'no-verify') || options.to === 'xdp') return { status: exitStatus.fine, output: carried.text, diagnostics, notes, document };
    const { proveNft } = await import('../proof.js');
    const proof = await proveNft(program, { text: carried.text, notation: options.to, assumptions: carried.assumptions });
    return withProof(proof, { status: exitStatus.fine, output: carried.text, diagnostics, notes, document });
  },
};

/** Faults that a target finds in its options rather than in the rules. */
const optionCodes: ReadonlySet<string> = new Set(['nft-table-prefix', 'xdp-address', 'xdp-bridge']);

const isOutput = (text: string): text is Output => outputs.some((output) => output === text);
const isAssumption = (text: string): text is AssumptionId => Object.hasOwn(assumptions, text);

async function carry(program: Program, options: TranslateOptions): Promise<{ readonly text?: string; readonly assumptions: readonly AssumptionId[]; readonly diagnostics: readonly Diagnostic[]; readonly limit: boolean }> {
  const module = await import('../../translate.js');
  const compiled = module.translate(program, options);
  return { ...compiled, limit: compiled.diagnostics.some((d) => d.severity === 'error' && d.code === 'too-many-rules') };
}

interface Witnesses {
  readonly notes: readonly string[];
  readonly failed?: { readonly status: Ending['status']; readonly diagnostic: Diagnostic };
}

/** Writes the suite that `--witnesses` asks for: over what XDP may decide where the output is for it, else over every hook. */
async function witnessesFor(program: Program, values: OptionValues, options: TranslateOptions, topology: Topology | undefined): Promise<Witnesses> {
  const file = word(values, 'witnesses');
  if (file === undefined) return { notes: [] };
  const { formatSuite, suiteNote, suiteOf } = await import('../../suite/index.js');
  const hooks: readonly Hook[] = options.to !== 'xdp' ? allHooks : ['PREROUTING', ...(options.chain === undefined ? (['INPUT', 'FORWARD'] as const) : [options.chain])];
  const suite = suiteOf(program, { hooks, ...(topology === undefined ? {} : { topology }) });
  const place = { file: program.rulesets[0]?.file ?? '', line: 0, column: 0, endColumn: 0 };
  if (suite === undefined) return { notes: [], failed: { status: exitStatus.limit, diagnostic: diagnose('suite-gave-up', {}, place) } };
  const unwritten = writeOutput(file, formatSuite(suite));
  return unwritten === undefined ? { notes: [`witnesses: ${suiteNote(suite)}`] } : { notes: [], failed: { status: exitStatus.refused, diagnostic: unwritten } };
}

/** What the proof says stands behind everything else; an output that is not proved is not printed. */
function withProof(proof: Proof, ending: Ending): Ending {
  const all = { diagnostics: [...ending.diagnostics, ...proof.diagnostics], notes: [...(ending.notes ?? []), ...proof.notes] };
  if (proof.status !== undefined) return { status: proof.status, ...all, document: { output: null, ...ending.document, ...proof.document } };
  return { ...ending, ...all, document: { ...ending.document, ...proof.document } };
}

async function canonical(program: Program, prove: boolean, before: readonly Diagnostic[]): Promise<Ending> {
  if (program.rulesets.length > 1) return { status: exitStatus.refused, diagnostics: [oneFamilyOnly('the output of --to iptables')] };
  const { print } = await import('../../../grammar/index.js');
  const printed = program.rulesets.map((ruleset) => print(ruleset, { counters: false }));
  const ending: Ending = { status: exitStatus.fine, output: printed.map((part) => part.value).join(''), diagnostics: [...before, ...printed.flatMap((part) => part.diagnostics)] };
  const [ruleset] = program.rulesets;
  if (!prove || ruleset === undefined) return ending;
  const { proveIptables } = await import('../proof.js');
  return withProof(await proveIptables(program, ending.output ?? '', ruleset.family), ending);
}

/** Turns the command line into what the target takes; options of another target are mistakes, not noise. */
function optionsFor(to: Output, values: OptionValues, topology: Topology | undefined, diagnostics: Diagnostic[]): TranslateOptions | 'iptables' | undefined {
  const foreign = (names: readonly string[], owner: string): void => {
    for (const name of names) if (values[name] !== undefined) diagnostics.push(usage(`--${name} belongs to --to ${owner}, not to --to ${to}`));
  };
  const assume: AssumptionId[] = [];
  for (const id of words(values, 'assume')) {
    if (isAssumption(id)) assume.push(id);
    else {
      const near = nearest(id, Object.keys(assumptions));
      diagnostics.push(usage(`there is no assumption ${JSON.stringify(id)}`, near === undefined ? 'ferrule explain lists them' : `did you mean --assume ${near}?`));
    }
  }
  const common = { strict: flag(values, 'strict'), assume };
  if (to !== 'xdp') foreign(['mode', 'local', 'chain', 'interface'], 'xdp');
  if (to === 'xdp' || to === 'iptables') foreign(['table-prefix', 'source-lines', 'check'], 'nft');
  if (to === 'iptables') {
    foreign(['strict', 'assume', 'topology', 'witnesses', 'fingerprints'], 'nft or xdp');
    return 'iptables';
  }
  if (to === 'nft' || to === 'nft-json') {
    const tablePrefix = word(values, 'table-prefix');
    return { to, ...common, sourceLines: flag(values, 'source-lines'), ...(tablePrefix === undefined ? {} : { tablePrefix }) };
  }
  const mode = word(values, 'mode') ?? 'prefilter';
  const chain = word(values, 'chain');
  if (mode !== 'prefilter' && mode !== 'exact') {
    diagnostics.push(usage(`--mode takes prefilter or exact, not ${JSON.stringify(mode)}`));
    return undefined;
  }
  if (chain !== undefined && chain !== 'INPUT' && chain !== 'FORWARD') {
    diagnostics.push(usage(`--chain takes INPUT or FORWARD, not ${JSON.stringify(chain)}`));
    return undefined;
  }
  const interfaceName = word(values, 'interface');
  return {
    to, ...common, mode,
    local: words(values, 'local'),
    ...(topology === undefined ? {} : { topology }),
    ...(chain === undefined ? {} : { chain }),
    ...(interfaceName === undefined ? {} : { interface: interfaceName }),
  };
}
