import { hasErrors } from './diagnostics/index.js';
import type { Program } from './ir/index.js';
import { lower } from './lower/index.js';
import { nftables, nftJson, type NftOptions } from '../targets/nftables/index.js';
import type { Compiled } from '../targets/target.js';
import { xdp, type XdpOptions } from '../targets/xdp/index.js';

/** Where a program can be carried, with what each output may be told. */
export type TranslateOptions =
  | ({ readonly to: 'nft' | 'nft-json' } & NftOptions)
  | ({ readonly to: 'xdp' } & XdpOptions);

/** Carries a program over. No text comes out unless every rule was carried; see `Compiled`. */
export function translate(program: Program, options: TranslateOptions): Compiled {
  const lowered = lower(program);
  if (hasErrors(lowered.diagnostics)) return { assumptions: [], diagnostics: lowered.diagnostics };
  const compiled = compile(lowered.value, options);
  return { ...compiled, diagnostics: [...lowered.diagnostics, ...compiled.diagnostics] };
}

function compile(program: ReturnType<typeof lower>['value'], options: TranslateOptions): Compiled {
  switch (options.to) {
    case 'nft':
      return nftables.compile(program, options);
    case 'nft-json':
      return nftJson.compile(program, options);
    case 'xdp':
      return xdp.compile(program, options);
  }
}
