import { coreNames, type CoreOption } from './core.js';
import type { AnyJumpExtension, AnyMatchExtension, OptionSpec } from './extension.js';

/** Whose options a line may use. */
export type Bearer = AnyMatchExtension | AnyJumpExtension;

/** What an option word may mean. */
export type Found =
  | { readonly kind: 'core'; readonly option: CoreOption; readonly name: string }
  | { readonly kind: 'extension'; readonly bearer: Bearer; readonly spec: OptionSpec; readonly name: string };

const coreByName = new Map(coreNames);

const specCache = new WeakMap<Bearer, ReadonlyMap<string, OptionSpec>>();

/** An extension's options by every name they have. */
function specsByName(bearer: Bearer): ReadonlyMap<string, OptionSpec> {
  const cached = specCache.get(bearer);
  if (cached !== undefined) return cached;
  const specs = new Map<string, OptionSpec>();
  for (const spec of bearer.options) {
    for (const name of [spec.name, ...(spec.aliases ?? [])]) specs.set(name, spec);
  }
  specCache.set(bearer, specs);
  return specs;
}

/**
 * All options a long name may mean, `bearers` from the newest to the oldest: one when it is exact or an unambiguous prefix, several
 * when it is ambiguous.
 */
export function findOptions(name: string, bearers: readonly Bearer[]): Found[] {
  const core = coreByName.get(name);
  if (core !== undefined) return [{ kind: 'core', option: core, name }];
  for (const bearer of bearers) {
    const spec = specsByName(bearer).get(name);
    if (spec !== undefined) return [{ kind: 'extension', bearer, spec, name }];
  }
  const found: Found[] = [];
  if (name === '') return found;
  for (const [long, option] of coreNames) {
    if (long.startsWith(name) && !found.some((one) => one.kind === 'core' && one.option === option)) {
      found.push({ kind: 'core', option, name: long });
    }
  }
  for (const bearer of bearers) {
    for (const spec of bearer.options) {
      const long = spec.name.startsWith(name) ? spec.name : spec.aliases?.find((alias) => alias.startsWith(name));
      if (long !== undefined) found.push({ kind: 'extension', bearer, spec, name: long });
    }
  }
  return found;
}
