import type { Fingerprint, PacketInput } from '../../src/ir/index.js';
import type { PacketSpec, TransportSpec } from '../../src/packet/index.js';
import type { Random } from '../../src/probe/random.js';
import { bytesOf, toRouter, wire } from './world.js';

type Tcp = Extract<TransportSpec, { readonly kind: 'tcp' }>;

/** A SYN as it is written here, before it is bytes. */
interface Written {
  readonly ttl: number;
  readonly dontFragment: boolean;
  readonly window: number;
  readonly options: readonly number[];
  readonly data: number;
  readonly flags: number;
  readonly more?: Partial<PacketSpec>;
  readonly tcp?: Partial<Tcp>;
}

const segmentSizes = [536, 1400, 1448, 1460, 0];

/** Options of these kinds, with values that no fingerprint says anything about. */
function optionBytes(kinds: readonly number[], mss: number, random: Random): readonly number[] {
  return kinds.flatMap((kind) => (kind === 2 ? [2, 4, mss >> 8, mss & 255] : kind === 3 ? [3, 3, random.below(15)] : kind === 4 ? [4, 2] : kind === 8 ? [8, 10, 1, 2, 3, 4, 0, 0, 0, 0] : [kind]));
}

function windowFor({ window: form }: Fingerprint, mss: number, random: Random): number {
  const size = random.pick([mss, 1460, 1448]);
  switch (form.kind) {
    case 'any':
      return random.below(65536);
    case 'exactly':
      return form.number;
    case 'multiple':
      return form.number * random.below(Math.floor(65535 / form.number));
    case 'segments':
      return (form.number * size) & 0xffff;
    case 'packets':
      return (form.number * (size + 40)) & 0xffff;
  }
}

/** A packet that fits the fingerprint. */
function fitting(fingerprint: Fingerprint, random: Random): Written {
  const mss = random.pick(segmentSizes);
  const options = optionBytes(fingerprint.options.map(({ kind }) => kind), mss, random);
  return { ttl: fingerprint.ttl, dontFragment: fingerprint.dontFragment, window: windowFor(fingerprint, mss, random), options, data: Math.max(0, fingerprint.length - 40 - options.length), flags: 2 };
}

const turned = (options: readonly number[], by: number): readonly number[] => [...options.slice(by), ...options.slice(0, by)];

/** One thing about it is otherwise. */
const edits: readonly ((syn: Written, random: Random) => Written)[] = [
  (syn) => syn,
  (syn) => ({ ...syn, ttl: syn.ttl + 1 }),
  (syn) => ({ ...syn, ttl: syn.ttl - 1 }),
  (syn, random) => ({ ...syn, ttl: 1 + random.below(254) }),
  (syn) => ({ ...syn, window: (syn.window + 1) & 0xffff }),
  (syn) => ({ ...syn, window: Math.max(0, syn.window - 1) }),
  (syn) => ({ ...syn, window: 0 }),
  (syn) => ({ ...syn, dontFragment: !syn.dontFragment }),
  (syn) => ({ ...syn, data: syn.data + 1 }),
  (syn) => ({ ...syn, data: Math.max(0, syn.data - 1) }),
  (syn) => ({ ...syn, options: turned(syn.options, 4) }),
  (syn) => ({ ...syn, options: turned(syn.options, 1) }),
  (syn) => ({ ...syn, options: syn.options.slice(0, -4) }),
  (syn) => ({ ...syn, options: syn.options.slice(0, -4), data: syn.data + 4 }),
  // A length that the kind does not have.
  (syn) => ({ ...syn, options: syn.options.map((byte, index) => (index === 1 ? byte ^ 1 : byte)) }),
  (syn) => ({ ...syn, options: syn.options.map((byte, index) => (index === 2 ? byte ^ 1 : byte)) }),
  (syn) => ({ ...syn, flags: 0x12 }),
  (syn) => ({ ...syn, flags: 0xc2 }),
  (syn) => ({ ...syn, flags: 0x06 }),
  (syn) => ({ ...syn, flags: 0x10 }),
  (syn) => ({ ...syn, flags: 0 }),
  (syn) => ({ ...syn, more: { options: Uint8Array.of(1, 1, 1, 1) } }),
  (syn) => ({ ...syn, more: { options: Uint8Array.of(1, 1, 1, 1) }, data: Math.max(0, syn.data - 4) }),
  (syn) => ({ ...syn, more: { truncate: 13 } }),
  (syn) => ({ ...syn, more: { truncate: 19 } }),
  (syn) => ({ ...syn, tcp: { dataOffset: 4 } }),
  (syn) => ({ ...syn, tcp: { dataOffset: 5 } }),
  (syn) => ({ ...syn, tcp: { dataOffset: 15 } }),
  (syn) => ({ ...syn, more: { fragment: { offset: 0, more: true } } }),
  (syn) => ({ ...syn, more: { fragment: { offset: 1, more: false } } }),
];

/** Packets that fit the fingerprints, and those at their edges, in turns; to the host itself and through it. */
export function synsAt(fingerprints: readonly Fingerprint[], count: number, random: Random): readonly PacketInput[] {
  return Array.from({ length: count }, (_, index): PacketInput => {
    const fingerprint = fingerprints[index % fingerprints.length];
    const edit = edits[Math.floor(index / fingerprints.length) % edits.length];
    if (fingerprint === undefined || edit === undefined) throw new Error('no fingerprints');
    const { ttl, dontFragment, window, options, data, flags, more, tcp } = edit(fitting(fingerprint, random), random);
    const transport: Tcp = { kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags, window, options: Uint8Array.from(options), data: new Uint8Array(data), ...tcp };
    const spec = { ttl, dontFragment, ...more };
    const id = String(index);
    return random.chance(0.5) ? { ...toRouter(transport, spec), id } : wire(bytesOf(transport, spec), { id });
  });
}
