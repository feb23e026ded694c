import type { IpvsMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { formatHostMask, readHostMask } from '../values/address.js';
import { readKeyword } from '../values/keyword.js';
import { readResolvedPort } from '../values/port.js';
import { readProtocol } from '../values/protocol.js';
import { optional, printNegatable, printTest, printValue, readUses } from '../values/uses.js';

const caseless = (word: Word): Word => ({ ...word, text: word.text.toLowerCase() });

/** From the documentation and the sources: the kernel of the tests has no ipvs. */
export const ipvs: MatchExtension<'ipvs'> = {
  kind: 'ipvs',
  modules: ['ipvs'],
  families: [4, 6],
  unjudged: true,
  options: [
    { name: 'ipvs', arity: 0, negatable: true },
    { name: 'vproto', arity: 1, negatable: true },
    { name: 'vaddr', arity: 1, negatable: true },
    { name: 'vport', arity: 1, negatable: true },
    { name: 'vdir', arity: 1 },
    { name: 'vmethod', arity: 1, negatable: true },
    { name: 'vportctl', arity: 1, negatable: true },
  ],
  decode(given, context): IpvsMatch | undefined {
    const uses = readUses(given);
    const protocol = uses.test('vproto', (word) => readProtocol(caseless(word), context));
    const address = uses.test('vaddr', (word) => readHostMask(word, context.family, context));
    const port = uses.test('vport', (word) => readResolvedPort(word, context));
    const direction = uses.value('vdir', (word) => readKeyword(word, context, ['ORIGINAL', 'REPLY'] as const, 'caseless'));
    const method = uses.test('vmethod', (word) => readKeyword(word, context, ['GATE', 'IPIP', 'MASQ'] as const, 'caseless'));
    const controlPort = uses.test('vportctl', (word) => readResolvedPort(word, context));
    if (uses.failed || !asksSomething(uses, given.length, context)) return undefined;
    const others = given.some(({ name }) => name !== 'ipvs');
    return {
      kind: 'ipvs',
      source: context.source,
      ...optional('any', others ? undefined : uses.negatable('ipvs')),
      ...optional('protocol', protocol),
      ...optional('address', address),
      ...optional('port', port),
      ...optional('direction', direction),
      ...optional('method', method),
      ...optional('controlPort', controlPort),
    };
  },
  print: (match, { family }) =>
    printNegatable('ipvs', match.any) +
    printTest('vproto', match.protocol, String) +
    printTest('vaddr', match.address, (value) => formatHostMask(family, value)) +
    printTest('vport', match.port, String) +
    printValue('vdir', match.direction) +
    printTest('vmethod', match.method, String) +
    printTest('vportctl', match.controlPort, String),
};

/** Every other option implies --ipvs, so that `! --ipvs` stands alone. */
function asksSomething(uses: ReturnType<typeof readUses>, count: number, context: DecodeContext): boolean {
  if (count === 0) context.report('option-needed', { extension: 'ipvs', options: '--ipvs or one of --vproto, --vaddr, --vport, --vdir, --vmethod, --vportctl' });
  const alone = uses.negatable('ipvs')?.negated === true;
  if (alone && count > 1) context.report('options-exclude', { option: '! --ipvs', other: 'any other option of ipvs' });
  return count > 0 && !(alone && count > 1);
}
