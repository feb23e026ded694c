import { externalKey, type ExternalTest, type ScanTest, type SctpChunk } from '../../../src/ir/index.js';
import { and, compare, member, number, shiftRight } from '../build.js';
import type { Answer, Scene } from '../context.js';
import { decided, never, unknown, type Truth } from '../truth.js';
import { chunksText, type ChunkQuestion } from './chunks.js';
import { dccpText } from './dccp.js';
import { eui64Text, optionsText } from './options.js';
import { programText } from './program.js';
import { headerListed, overrunText, routingAddressesText, segmentText } from './routing.js';
import { searchText } from './search.js';

/** Bits that `struct packet` has for answers. */
const most = 256;

export const registerAnswer = (answers: Map<string, Answer>): Scene['answer'] => (key, family, body) => {
  const known = answers.get(key);
  if (known !== undefined) return known.bit;
  if (answers.size >= most) return undefined;
  const bit = answers.size;
  const name = `answer_${bit}`;
  answers.set(key, { bit, family, name, text: body(name) });
  return bit;
};

function ask(key: string, scene: Scene, body: (name: string) => readonly string[]): Truth {
  const bit = scene.answer(`v${scene.family} ${key}`, scene.family, body);
  if (bit === undefined) return unknown('more questions than a program has room for');
  return decided(compare(and(shiftRight(member('answers', bit >> 5), bit & 31), number(1)), '!=', number(0)));
}

/** The hook sees another lifetime, and another header checksum, than the frame has. */
const isForwarded = ({ hook }: Scene): boolean => hook === 'FORWARD';

/** What rules have rewritten before, where a test looks at all bytes. */
const rewrittenBytes = ({ rewritten }: Scene): string | undefined => [...rewritten].find(([what]) => what !== 'packet.mark' && what !== 'ct.mark' && what !== 'tracking')?.[1];

/** Undefined: the test is none that bytes answer. */
export function answerOf(test: ExternalTest, scene: Scene): Truth | undefined {
  const plain = (body: (name: string) => readonly string[]): Truth => (scene.family === 6 ? ask(externalKey(test), scene, body) : never);
  const everywhere = (body: (name: string, forwarded: boolean) => readonly string[]): Truth => {
    const because = rewrittenBytes(scene);
    if (because !== undefined) return unknown(because);
    const forwarded = isForwarded(scene);
    return ask(`${externalKey(test)}${forwarded ? ' forwarded' : ''}`, scene, (name) => body(name, forwarded));
  };
  if (!isScan(test)) return undefined;
  switch (test.kind) {
    case 'options':
      return plain((name) => optionsText(name, test));
    case 'routing-addresses':
      return plain((name) => routingAddressesText(name, test));
    case 'segments-overrun':
      return plain(overrunText);
    case 'segment':
      return plain((name) => segmentText(name, test));
    case 'headers-end':
    case 'header':
      return scene.family === 6 ? decided(headerListed(test)) : never;
    case 'dccp-options':
    case 'dccp-option':
      return ask(externalKey(test), scene, (name) => dccpText(name, test));
    case 'eui64':
      return scene.rewritten.has('ip.source') ? unknown(scene.rewritten.get('ip.source') ?? '') : plain(eui64Text);
    case 'search':
      return everywhere((name, forwarded) => searchText(name, test, forwarded));
    case 'bytes':
      return unknown('bytes of the packet');
    case 'program':
      return everywhere((name, forwarded) => programText(name, test.instructions, forwarded));
  }
}

/** Every kind that `ScanTest` has, so that a new one is missed by the compiler in the switch above. */
const scanKinds: { readonly [K in ScanTest['kind']]: true } = {
  'options': true, 'routing-addresses': true, 'segments-overrun': true, 'segment': true, 'headers-end': true, 'header': true, 'dccp-options': true, 'dccp-option': true, 'eui64': true, 'search': true, 'bytes': true, 'program': true,
};
const isScan = (test: ExternalTest): test is ScanTest => Object.hasOwn(scanKinds, test.kind);

/** More types than fit the word in which the walk keeps what is missing. */
const mostChunks = 31;

export function chunksHold(question: ChunkQuestion, scene: Scene): Truth {
  const types = new Set(question.chunks.map(({ type }: SctpChunk) => type));
  if (types.size > mostChunks) return unknown('a long list of SCTP chunks');
  return ask(`sctp ${JSON.stringify(question)}`, scene, (name) => chunksText(name, question));
}
