import { ctEvents, type CtEvent, type CtZone } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse, Word } from '../extension.js';
import { readKeywords } from '../values/keyword.js';
import { parseUnsigned, u16 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readCutText } from '../values/text.js';
import { firstValue, optional, printFlag, printValue, readUses } from '../values/uses.js';

const helperLimit = 15;
const timeoutLimit = 31;

/** Helpers of the kernel and the protocols they are registered for. */
const helpers: ReadonlyMap<string, readonly number[]> = new Map([
  ['ftp', [6]], ['irc', [6]], ['pptp', [6]], ['sane', [6]], ['Q.931', [6]], ['H.245', [6]], ['sip', [6, 17]],
  ['amanda', [17]], ['tftp', [17]], ['RAS', [17]], ['netbios-ns', [17]], ['snmp', [17]],
]);

/** Names that the user-space daemon of conntrack-tools registers; for which protocols is its affair. */
const userHelpers: readonly string[] = ['dhcpv6', 'mdns', 'rpc', 'slp', 'ssdp', 'tns'];

interface Zone {
  id?: number;
  mark?: true;
  original?: true;
  reply?: true;
}

/** Options add up: the last number counts, `mark` stays, and both directions together are as none. */
function readZone(given: readonly OptionUse[], context: DecodeContext): Zone | undefined {
  const zone: Zone = {};
  for (const use of given) {
    if (!use.name.startsWith('zone')) continue;
    const word = firstValue(use);
    const id = parseUnsigned(word.text, u16);
    if (word.text === 'mark') zone.mark = true;
    else if (id !== undefined) zone.id = id;
    else {
      context.report('bad-value', { option: use.name, text: word.text, problem: 'is neither mark nor a number from 0 to 65535' }, placeOf(word, context));
      return undefined;
    }
    if (use.name === 'zone-orig') zone.original = true;
    if (use.name === 'zone-reply') zone.reply = true;
  }
  return zone;
}

function storedZone({ id = 0, mark, original, reply }: Zone): CtZone | undefined {
  if (mark === undefined && id === 0) return undefined;
  return { direction: original === reply ? 'both' : original === true ? 'original' : 'reply', id: mark === true ? 'mark' : id };
}

/** The kernel looks the helper up under the protocol of the rule. */
function checkHelper(name: string, word: Word, context: DecodeContext): boolean {
  const protocol = context.protocolAnywhere;
  const known = helpers.get(name);
  const refused =
    protocol === undefined || protocol.negated || protocol.value === 0
      ? 'a helper wants -p, not negated'
      : known?.includes(protocol.value) === true || userHelpers.includes(name)
        ? undefined
        : `no helper ${name} is registered for this protocol`;
  if (refused === undefined) return true;
  context.report('kernel-refuses', { extension: 'CT', reason: refused }, placeOf(word, context));
  return false;
}

const zoneOption = { both: 'zone', original: 'zone-orig', reply: 'zone-reply' } as const;

export const ct: JumpExtension<'ct'> = {
  kind: 'ct',
  target: 'CT',
  families: [4, 6],
  options: [
    { name: 'notrack', arity: 0 },
    { name: 'helper', arity: 1 },
    { name: 'timeout', arity: 1 },
    { name: 'ctevents', arity: 1 },
    { name: 'expevents', arity: 1 },
    { name: 'zone', arity: 1 },
    { name: 'zone-orig', arity: 1 },
    { name: 'zone-reply', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const zone = readZone(given, context);
    const events = uses.value('ctevents', (word) => readKeywords<CtEvent>(word, context, ctEvents, 'exact'));
    const expectEvents = uses.value('expevents', (word) => readKeywords<'new'>(word, context, ['new'], 'exact'));
    const helper = uses.value('helper', (word) => readCutText(word, context, 'helper', helperLimit));
    const timeout = uses.value('timeout', (word) => readCutText(word, context, 'timeout', timeoutLimit));
    if (uses.failed || zone === undefined) return undefined;
    const helperUse = given.find((use) => use.name === 'helper');
    if (helper !== undefined && helper !== '' && helperUse !== undefined && !checkHelper(helper, firstValue(helperUse), context)) return undefined;
    return {
      kind: 'ct',
      source: context.source,
      ...optional('notrack', uses.flag('notrack')),
      ...optional('helper', helper === '' ? undefined : helper),
      ...optional('timeout', timeout === '' ? undefined : timeout),
      ...optional('events', events),
      ...optional('expectEvents', expectEvents),
      ...optional('zone', storedZone(zone)),
    };
  },
  print: (jump) =>
    printFlag('notrack', jump.notrack) +
    printValue('helper', jump.helper === undefined ? undefined : quoteIfNeeded(jump.helper)) +
    printValue('timeout', jump.timeout === undefined ? undefined : quoteIfNeeded(jump.timeout)) +
    printValue('ctevents', jump.events?.join(',')) +
    printValue('expevents', jump.expectEvents?.join(',')) +
    (jump.zone === undefined ? '' : printValue(zoneOption[jump.zone.direction], jump.zone.id)),
  lossy: (jump) =>
    [jump.helper, jump.timeout].some((name) => name !== undefined && quoteIfNeeded(name) !== name)
      ? 'iptables-save does not quote the name of a helper or timeout'
      : undefined,
  needs: () => ({ tables: ['raw'], reason: 'is valid in the raw table only' }),
};
