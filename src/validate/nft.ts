import { raise } from '../../targets/nftables/raise/index.js';
import { readJsonScript, readListing } from '../../targets/nftables/read/json.js';
import type { ListedScript } from '../../targets/nftables/read/listed.js';
import { readText } from '../../targets/nftables/read/text.js';
import { withScript } from '../../targets/nftables/read/untold.js';
import type { Result } from '../diagnostics/index.js';
import type { AssumptionId, Program } from '../ir/index.js';
import { iptablesInput, nftInput } from '../verify/sides.js';
import { verify } from '../verify/verify.js';
import type { Validation } from './validation.js';

/** What the translator wrote, and under which conditions it says that this equals the rules. */
export interface NftOutput {
  readonly text: string;
  readonly notation: 'nft' | 'nft-json';
  readonly assumptions: readonly AssumptionId[];
}

export interface ValidateNftOptions {
  /** What `nft -j list ruleset` prints after loading the output; without it the output is read by ferrule's own reader. */
  readonly listing?: string;
  /** Nodes that a decision diagram may have. */
  readonly budget?: number;
}

/**
 * Proves an output for nft equal to the rules it was made from, for every packet and state, under the output's own assumptions.
 * Throws where the output cannot be read again: a fault of ferrule.
 */
export function validateNft(program: Program, output: NftOutput, { listing, budget }: ValidateNftOptions = {}): Validation {
  const script = must(output.notation === 'nft' ? readText(output.text, { file: 'output', form: 'script' }) : readJsonScript(output.text, { file: 'output' }));
  const { script: read, taken } = listing === undefined ? { script, taken: 0 } : withScript(must(readListing(listing, { file: 'output' })), script);
  const raised = raise(read, { file: 'output' }).value;
  const lines = output.text.split('\n');
  const right = nftInput(raised, 'output', listing === undefined ? 'line' : 'handle', (_, { line }) => (listing === undefined ? lines[line - 1]?.trim() : undefined));
  const verification = verify(iptablesInput(program, () => undefined), right, { assume: output.assumptions, ...(budget === undefined ? {} : { budget }) });
  return { judge: listing === undefined ? 'reader' : 'kernel', verification, taken };
}

function must({ value, diagnostics }: Result<ListedScript | undefined>): ListedScript {
  if (value === undefined) throw new Error(`the output cannot be read again: ${diagnostics.map(({ line, message }) => `line ${line}: ${message}`).join('; ')}`);
  return value;
}
