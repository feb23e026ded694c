import type { Hook, SetJump, SetReference } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse } from '../extension.js';
import { readDimensions, readSetName } from '../matches/set.js';
import { readNumber, u32 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const timeoutLimit = u32 - 1;
const mapFlags = ['map-mark', 'map-prio', 'map-queue'] as const;

function readReference(given: readonly OptionUse[], option: string, context: DecodeContext): SetReference | 'none' | undefined {
  const use = given.find(({ name }) => name === option);
  if (use === undefined) return 'none';
  const [nameWord, dimensionWord] = use.values;
  if (nameWord === undefined || dimensionWord === undefined) return undefined;
  if (use.negated) context.report('value-ignored', { option: `! before --${option}`, reason: 'iptables takes it and does not look at it' });
  const set = readSetName(nameWord, context, option);
  const dimensions = readDimensions(dimensionWord, context);
  return set === undefined || dimensions === undefined ? undefined : { set, dimensions };
}

/** Options that belong to another one. */
function strayOption(given: readonly OptionUse[]): { readonly option: string; readonly other: string } | undefined {
  const has = (option: string): boolean => given.some(({ name }) => name === option);
  for (const option of ['exist', 'timeout']) if (has(option) && !has('add-set')) return { option, other: '--add-set' };
  for (const option of mapFlags) if (has(option) && !has('map-set')) return { option, other: '--map-set' };
  if (has('map-set') && !mapFlags.some(has)) return { option: 'map-set', other: '--map-mark, --map-prio or --map-queue' };
  return undefined;
}

const printReference = (option: string, reference: SetReference | undefined): string =>
  reference === undefined ? '' : ` --${option} ${quoteIfNeeded(reference.set)} ${reference.dimensions.join(',')}`;

/** Whether the sets exist is not asked here. */
export const set: JumpExtension<'set'> = {
  kind: 'set',
  target: 'SET',
  families: [4, 6],
  options: [
    { name: 'add-set', arity: 2, negatable: true },
    { name: 'del-set', arity: 2, negatable: true },
    { name: 'map-set', arity: 2, negatable: true },
    { name: 'timeout', arity: 1 },
    { name: 'exist', arity: 0, repeatable: true },
    ...mapFlags.map((name) => ({ name, arity: 0, repeatable: true }) as const),
  ],
  decode(given, context): SetJump | undefined {
    const uses = readUses(given);
    const add = readReference(given, 'add-set', context);
    const remove = readReference(given, 'del-set', context);
    const map = readReference(given, 'map-set', context);
    const timeout = uses.value('timeout', (word) => readNumber(word, context, timeoutLimit));
    if (uses.failed || add === undefined || remove === undefined || map === undefined) return undefined;
    if (add === 'none' && remove === 'none' && map === 'none') {
      context.report('option-needed', { extension: 'SET', options: '--add-set, --del-set or --map-set' });
      return undefined;
    }
    const stray = strayOption(given);
    if (stray !== undefined) {
      context.report('option-needs-option', stray);
      return undefined;
    }
    return {
      kind: 'set',
      source: context.source,
      ...(add === 'none' ? {} : { add }),
      ...optional('exist', uses.flag('exist')),
      ...optional('timeout', timeout),
      ...(remove === 'none' ? {} : { remove }),
      ...(map === 'none'
        ? {}
        : {
            map: {
              ...map,
              ...optional('mark', uses.flag('map-mark')),
              ...optional('priority', uses.flag('map-prio')),
              ...optional('queue', uses.flag('map-queue')),
            },
          }),
    };
  },
  print: ({ add, exist, timeout, remove, map }) =>
    printReference('add-set', add) +
    printFlag('exist', exist) +
    printValue('timeout', timeout) +
    printReference('del-set', remove) +
    printReference('map-set', map) +
    printFlag('map-mark', map?.mark) +
    printFlag('map-prio', map?.priority) +
    printFlag('map-queue', map?.queue),
  lossy: ({ add, remove, map }) => {
    const name = [add, remove, map].map((one) => one?.set).find((one) => one !== undefined && quoteIfNeeded(one) !== one);
    return name === undefined ? undefined : `iptables-save does not quote the set name "${name}"`;
  },
  needs({ map }) {
    if (map === undefined) return {};
    const hooks: readonly Hook[] = ['FORWARD', 'OUTPUT', 'POSTROUTING'];
    return {
      tables: ['mangle'],
      ...(map.priority === undefined && map.queue === undefined ? {} : { hooks }),
      reason: 'maps in the mangle table only, priorities and queues in FORWARD, OUTPUT and POSTROUTING only',
    };
  },
};
