import { diagnose, type Diagnostic } from '../diagnostics/index.js';
import type { AssumptionId, Family, Program } from '../ir/index.js';
import type { Validation } from '../validate/index.js';
import { loadInSandbox } from './sandbox.js';
import { exitStatus, type ExitStatus } from './status.js';

/** What a proof leaves behind for `translate`. `status`: the output may not be printed. */
export interface Proof {
  readonly status?: ExitStatus;
  readonly notes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly document: Readonly<Record<string, unknown>>;
}

export interface ProvedOutput {
  readonly text: string;
  readonly notation: 'nft' | 'nft-json';
  readonly assumptions: readonly AssumptionId[];
}

/** Proves a script equal to its rules: as the kernel lists it where a namespace can be made, else as ferrule reads it. */
export async function proveNft(program: Program, output: ProvedOutput): Promise<Proof> {
  const loading = loadInSandbox(output.text, 'output', output.notation === 'nft' ? 'text' : 'json');
  const { validateNft } = await import('../validate/index.js');
  const loaded = await loading;
  const validation = validateNft(program, output, loaded.kind === 'listed' ? { listing: loaded.json } : {});
  const how = loaded.kind === 'listed' ? 'as the kernel lists it' : `as ferrule reads it: ${loaded.kind === 'refused' ? 'nft on this machine does not load it' : loaded.reason}`;
  const proof = proofOf(program, validation, how);
  // Another nft may take what this one does not.
  return loaded.kind === 'refused' ? { ...proof, diagnostics: [...loaded.diagnostics.map((one): Diagnostic => ({ ...one, severity: 'warning' })), ...proof.diagnostics] } : proof;
}

/** Proves canonical rules equal to those they were printed from. */
export async function proveIptables(program: Program, printed: string, family: Family): Promise<Proof> {
  const { validateIptables } = await import('../validate/index.js');
  return proofOf(program, validateIptables(program, printed, family), 'as ferrule reads it again');
}

const nowhere = (program: Program): { readonly file: string; readonly line: number; readonly column: number; readonly endColumn: number } => ({ file: program.rulesets[0]?.file ?? '', line: 0, column: 0, endColumn: 0 });

function proofOf(program: Program, { judge, verification, taken }: Validation, how: string): Proof {
  switch (verification.kind) {
    case 'equivalent': {
      const files = program.rulesets.map(({ file }) => (file === '-' ? 'standard input' : file)).join(' and ');
      const shared = verification.modulo.flatMap((part) => (part.kind === 'opaque' ? [part.text] : []));
      const untold = taken === 0 ? [] : [`${taken === 1 ? 'one rule is' : `${taken} rules are`} read from the output itself: the listing does not tell all of ${taken === 1 ? 'it' : 'them'}`];
      return {
        notes: [`proved: equal to ${files} for every packet and state, ${how}`, ...shared.map((text) => `modulo ${text}`), ...untold],
        diagnostics: [],
        document: { proof: { result: 'proved', judge, how, modulo: shared, takenFromOutput: taken } },
      };
    }
    case 'different': {
      const [first] = verification.differences;
      const where = first === undefined ? '' : `${first.hook} of IPv${first.family}`;
      const parameters = { where, packet: first?.witness?.words ?? 'some packet', left: first?.left.outcome ?? '?', right: first?.right.outcome ?? '?' };
      return { status: exitStatus.crash, notes: [], diagnostics: [diagnose('proof-failed', parameters, nowhere(program))], document: { proof: { result: 'different', judge, how } } };
    }
    case 'gave-up': {
      const { nodes, line } = verification;
      const hint = 'translate --no-verify prints the output unproved';
      return { status: exitStatus.limit, notes: [], diagnostics: [diagnose('proof-gave-up', { nodes }, { ...nowhere(program), line, column: line === 0 ? 0 : 1, endColumn: line === 0 ? 0 : 2 }, { hint })], document: { proof: { result: 'gave-up', judge, how } } };
    }
  }
}
