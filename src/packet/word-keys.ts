import { ctStates, type CtState } from '../ir/index.js';
import { parseMac } from './address.js';
import { fromHex } from './bytes.js';

/** What a key of a packet in words holds once it is read. */
export interface WordValues {
  readonly in: string;
  readonly forward: string;
  readonly state: CtState;
  readonly mark: number;
  readonly ttl: number;
  readonly tos: number;
  readonly length: number;
  readonly fragment: { readonly offset: number; readonly more: boolean };
  readonly payload: Uint8Array;
  readonly mac: number;
  readonly pkttype: 'unicast' | 'broadcast' | 'multicast';
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly time: number;
  readonly type: number;
  readonly code: number;
  readonly mss: number;
  readonly options: Uint8Array;
  readonly spi: number;
  readonly chunks: readonly number[];
  readonly checksum: 'right' | 'wrong' | 'none';
}

export type WordKey = keyof WordValues;

interface KeyReader<T> {
  /** Completes "KEY wants ...". */
  readonly wanted: string;
  read(text: string): T | undefined;
}

/** Names of SCTP chunk types. */
export const chunkTypes: Readonly<Record<string, number>> = {
  DATA: 0, INIT: 1, INIT_ACK: 2, SACK: 3, HEARTBEAT: 4, HEARTBEAT_ACK: 5, ABORT: 6, SHUTDOWN: 7, SHUTDOWN_ACK: 8, ERROR: 9, COOKIE_ECHO: 10, COOKIE_ACK: 11, SHUTDOWN_COMPLETE: 14,
};

/** Decimal, or hexadecimal behind 0x, from 0 to `max`. */
export function readNumber(text: string, max: number): number | undefined {
  if (!/^(\d{1,10}|0[xX][0-9a-fA-F]{1,8})$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** Seconds since 1970 of an ISO 8601 date and time; UTC unless it says otherwise. */
export function readTime(text: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  if (parts === null) return undefined;
  const milliseconds = Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}${parts[3] ?? 'Z'}`);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000);
}

/** A name that the kernel gives an interface: 1 to 15 bytes, no blank and no slash. */
export const isInterfaceName = (text: string): boolean => /^[^\s/]+$/.test(text) && new TextEncoder().encode(text).length <= 15 && text !== '.' && text !== '..';

const number = (max: number): KeyReader<number> => ({ wanted: `a number from 0 to ${max}`, read: (text) => readNumber(text, max) });
const interfaceName: KeyReader<string> = { wanted: 'the name of an interface', read: (text) => (isInterfaceName(text) ? text : undefined) };
const oneOf = <const T extends string>(...values: readonly T[]): KeyReader<T> => ({ wanted: `one of ${values.join(', ')}`, read: (text) => values.find((value) => value.toLowerCase() === text.toLowerCase()) });
const hex: KeyReader<Uint8Array> = { wanted: 'whole bytes in hex', read: (text) => (text === '' ? undefined : fromHex(text)) };

function readFragment(text: string): WordValues['fragment'] | undefined {
  if (text === 'first') return { offset: 0, more: true };
  const parts = /^(\d{1,5})(\+?)$/.exec(text);
  const offset = Number(parts?.[1]);
  if (parts === null || offset % 8 !== 0 || offset > 65528 || (offset === 0 && parts[2] === '')) return undefined;
  return { offset, more: parts[2] === '+' };
}

const readChunks = (text: string): readonly number[] | undefined => allOf(text.split(',').map((name) => chunkTypes[name.toUpperCase()] ?? readNumber(name, 255)));

/** All of them, or nothing where one could not be read. */
export function allOf<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const read = values.filter((value) => value !== undefined);
  return read.length === values.length ? read : undefined;
}

/** Every key with how its value is read. */
export const wordKeys: { readonly [K in WordKey]: KeyReader<WordValues[K]> } = {
  in: interfaceName,
  forward: interfaceName,
  state: oneOf(...ctStates),
  mark: number(0xffff_ffff),
  ttl: number(255),
  tos: number(255),
  length: { wanted: 'the length of the whole packet, at most 65535', read: (text) => readNumber(text, 65535) },
  fragment: { wanted: '`first`, or an offset in bytes that is a multiple of 8, with `+` behind it when more fragments follow', read: readFragment },
  payload: hex,
  mac: { wanted: 'a MAC such as 02:00:00:00:00:01', read: parseMac },
  pkttype: oneOf('unicast', 'broadcast', 'multicast'),
  uid: number(0xffff_fffe),
  gid: number(0xffff_fffe),
  groups: { wanted: 'numbers of groups with commas', read: (text) => allOf(text.split(',').map((group) => readNumber(group, 0xffff_fffe))) },
  time: { wanted: 'a date and time such as 2024-02-29T12:00:00Z', read: readTime },
  type: number(255),
  code: number(255),
  mss: number(65535),
  options: { wanted: 'at most 40 bytes in hex', read: (text) => { const bytes = hex.read(text); return bytes === undefined || bytes.length > 40 ? undefined : bytes; } },
  spi: number(0xffff_ffff),
  chunks: { wanted: 'SCTP chunk types such as INIT or DATA,SACK', read: readChunks },
  checksum: oneOf('right', 'wrong', 'none'),
};

/** Other spellings of keys. */
export const wordAliases: Readonly<Record<string, WordKey>> = { hoplimit: 'ttl', hl: 'ttl', tclass: 'tos', from: 'in', frag: 'fragment', data: 'payload' };
