import { expect, test } from 'vitest';
import type { Conditions, Family, Hook, Match, TableName } from '../../../src/ir/index.js';
import { buildPacket, concat, type ExtensionSpec, type TransportSpec } from '../../../src/packet/index.js';
import type { LivePacket } from '../../../src/stack/engine.js';
import { judge, lowered, packetOf, source } from '../build.js';
import type { Surroundings } from '../../../src/evaluate/index.js';

/** `Omit` that keeps a union apart. */
type Sourceless<M> = M extends Match ? Omit<M, 'source'> : never;

export const match = (node: Sourceless<Match>): Match => ({ ...node, source }) as Match;

const ends = { 4: ['10.0.0.5', '10.0.0.1'], 6: ['2001:db8::5', '2001:db8::1'] } as const;

export interface Extra {
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  readonly extensions?: readonly ExtensionSpec[];
  readonly truncate?: number;
  readonly source?: string;
  readonly protocol?: number;
  readonly tos?: number;
  readonly ttl?: number;
}

export const packet = (family: Family, transport: TransportSpec, extra: Extra = {}): Uint8Array =>
  buildPacket({ family, source: ends[family][0], destination: ends[family][1], transport, ...extra });

/** The data of a fragment, or of a protocol that nothing looks into. */
export const raw = (protocol: number, ...parts: readonly Uint8Array[]): TransportSpec => ({ kind: 'raw', protocol, data: concat(...parts) });

/** A row of the kernel's answers: one letter a packet, in the order of `packets`. */
export interface Row {
  readonly name: string;
  readonly conditions?: Conditions;
  readonly matches: readonly Match[];
  readonly kernel: string;
}

export interface Setting {
  readonly family: Family;
  readonly packets: readonly (Uint8Array | LivePacket)[];
  readonly hook?: Hook;
  readonly table?: TableName;
  readonly around?: Partial<Surroundings>;
}

/** One test for each row: the lowered rule gives what the kernel gave. */
export function asTheKernel({ family, packets, hook, table, around }: Setting, rows: readonly Row[]): void {
  test.each(rows)('$name', ({ conditions, matches, kernel }) => {
    const core = lowered(family, conditions ?? {}, matches, hook, table);
    const found = packets.map((one) => judge(core, one instanceof Uint8Array ? packetOf(family, one) : one, around));
    expect(found.join(' ')).toBe(kernel);
  });
}
