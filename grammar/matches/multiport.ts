import type { MultiportEntry } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { readPort } from '../values/port.js';
import { parts, placeOf } from '../values/reporter.js';
import { printTest, readUses } from '../values/uses.js';

/** Slots in the kernel's table; a range takes two. */
const slots = 15;

const transports: ReadonlyMap<number, string> = new Map([[6, 'tcp'], [17, 'udp'], [136, 'udplite'], [132, 'sctp'], [33, 'dccp']]);

const optionNames = { source: 'sports', destination: 'dports', either: 'ports' } as const;

function readEntries(word: Word, context: DecodeContext, transport: string): readonly MultiportEntry[] | undefined {
  const entries: MultiportEntry[] = [];
  let used = 0;
  for (const entry of parts(word, ',')) {
    const colon = entry.text.indexOf(':');
    used += colon < 0 ? 1 : 2;
    if (used > slots) {
      context.report('too-many-ports', { max: slots }, placeOf(entry, context));
      return undefined;
    }
    const [low = entry, high] = colon < 0 ? [entry] : parts(entry, ':');
    const min = readPort(low, context, transport);
    const max = high === undefined ? min : readPort({ ...high, text: entry.text.slice(colon + 1) }, context, transport);
    if (min === undefined || max === undefined) return undefined;
    if (colon >= 0 && min >= max) {
      context.report('reversed-range', { text: entry.text }, placeOf(entry, context));
      return undefined;
    }
    entries.push({ min, max, ranged: colon >= 0 });
  }
  return entries;
}

export const multiport: MatchExtension<'multiport'> = {
  kind: 'multiport',
  modules: ['multiport'],
  families: [4, 6],
  options: [
    { name: 'sports', aliases: ['source-ports'], arity: 1, negatable: true, excludes: ['dports', 'ports'] },
    { name: 'dports', aliases: ['destination-ports'], arity: 1, negatable: true, excludes: ['sports', 'ports'] },
    { name: 'ports', arity: 1, negatable: true, excludes: ['sports', 'dports'] },
  ],
  decode(given, context) {
    const uses = readUses(given);
    if (given.length === 0) {
      context.report('option-needed', { extension: 'multiport', options: '--sports, --dports or --ports' });
      return undefined;
    }
    const transport = context.protocol?.negated === false ? transports.get(context.protocol.value) : undefined;
    if (transport === undefined) {
      context.report('protocol-needed', { extension: 'multiport', protocols: 'tcp, udp, udplite, sctp or dccp' });
      return undefined;
    }
    for (const side of ['source', 'destination', 'either'] as const) {
      const ports = uses.test(optionNames[side], (word) => readEntries(word, context, transport));
      if (ports !== undefined) return { kind: 'multiport', source: context.source, side, ports };
    }
    return undefined;
  },
  print: (match) =>
    printTest(optionNames[match.side], match.ports, (entries) =>
      entries.map(({ min, max, ranged }) => (ranged ? `${min}:${max}` : String(min))).join(',')),
  needs: () => ({ protocols: [...transports.keys()], reason: 'reads ports, so it wants -p tcp, udp, udplite, sctp or dccp' }),
};
