import { describe, expect, test } from 'vitest';
import type { Jump } from '../../src/ir/index.js';
import { lowerJump } from '../../src/lower/jumps/index.js';
import { assign } from '../../src/evaluate/index.js';
import { connection, host, packetOf, source } from './build.js';
import { packet } from './matches/table.js';

const bytes = (tos = 0, ttl = 64) => packet(4, { kind: 'udp', sourcePort: 1, destinationPort: 2 }, { tos, ttl });

/** Mark, connection mark, TOS and TTL after the jump. */
function after(jump: Jump, { mark = 0, ctMark, tos = 0, ttl = 64 }: { mark?: number; ctMark?: number; tos?: number; ttl?: number }) {
  const action = lowerJump(jump);
  if (action.kind !== 'assign') throw new Error(action.kind);
  const live = packetOf(4, bytes(tos, ttl), { mark, ...(ctMark === undefined ? {} : { connection: connection({ mark: ctMark }) }) });
  assign(live, host, action.to, action.value);
  return { mark: live.mark, ctMark: live.connection?.mark, tos: live.bytes[1], ttl: live.bytes[8] };
}

describe('arithmetic, as measured', () => {
  const setMark = (value: number, mask: number): Jump => ({ kind: 'mark', source, xmark: { value, mask } });
  test.each([
    [setMark(0x12, 0x1f), 0xf0f0f0f0, 0xf0f0f0f2],
    [setMark(0x12, 0xf), 0xf0f0f0f0, 0xf0f0f0e2],
    [setMark(0xff, 0), 0xf0f0f0f0, 0xf0f0f00f],
    [setMark(1, 0xffffffff), 0xf0f0f0f0, 1],
  ])('MARK %#', (jump, old, fresh) => {
    expect(after(jump, { mark: old }).mark).toBe(fresh);
  });

  test('CONNMARK saves and restores under both masks', () => {
    const save: Jump = { kind: 'connmark', source, operation: { kind: 'save', packetMask: 0xff, connectionMask: 0xf00 } };
    expect(after(save, { mark: 0x0f0f, ctMark: 0x5555 }).ctMark).toBe(0x505a);
    const restore: Jump = { kind: 'connmark', source, operation: { kind: 'restore', packetMask: 0xff, connectionMask: 0xf0 } };
    expect(after(restore, { mark: 0x0f0f, ctMark: 0x5555 }).mark).toBe(0x0f50);
  });

  test('CONNMARK does nothing without a connection', () => {
    const set: Jump = { kind: 'connmark', source, operation: { kind: 'set', xmark: { value: 1, mask: 0xffffffff } } };
    expect(after(set, {})).toMatchObject({ ctMark: undefined, mark: 0 });
    const restore: Jump = { kind: 'connmark', source, operation: { kind: 'restore', packetMask: 0xffffffff, connectionMask: 0xffffffff } };
    expect(after(restore, { mark: 7 }).mark).toBe(7);
  });

  test('CONNMARK shifts what it sets, and what it copies', () => {
    const shift = { direction: 'left', bits: 4 } as const;
    expect(after({ kind: 'connmark', source, operation: { kind: 'set', xmark: { value: 1, mask: 0xf }, shift } }, { ctMark: 0x10 }).ctMark).toBe(0x110);
    expect(after({ kind: 'connmark', source, operation: { kind: 'save', packetMask: 0xff, connectionMask: 0xff0, shift } }, { mark: 0x312, ctMark: 0xf00f }).ctMark).toBe(0xf12f);
  });

  test('TTL saturates', () => {
    const ttl = (operation: 'set' | 'inc' | 'dec', value: number) => after({ kind: 'ttl', source, operation, value }, { ttl: 250 }).ttl;
    expect([ttl('set', 0), ttl('inc', 5), ttl('inc', 6), ttl('dec', 250), ttl('dec', 251)]).toEqual([0, 255, 255, 0, 0]);
  });

  test('DSCP keeps the ECN bits; TOS works under its mask', () => {
    expect(after({ kind: 'dscp', source, dscp: 46 }, { tos: 0x13 }).tos).toBe(0xbb);
    expect(after({ kind: 'tos', source, tos: { value: 0x10, mask: 0x3f } }, { tos: 0xb8 }).tos).toBe(0x90);
  });
});

test('what has its effect beside the packet goes through as it is', () => {
  expect(lowerJump({ kind: 'checksum', source })).toEqual({ kind: 'outside', jump: { kind: 'checksum', source } });
  expect(lowerJump({ kind: 'queue', source })).toEqual({ kind: 'outside', jump: { kind: 'nfqueue', source, queue: { min: 0, max: 0 } } });
});

test('ECN is a change of one header, or refused', () => {
  expect(lowerJump({ kind: 'ecn', source, tcpEce: 1, tcpCwr: 0 })).toEqual({ kind: 'assign', to: 'tcp.flags', value: { kind: 'xor', mask: 0xc0, value: 0x40 } });
  expect(lowerJump({ kind: 'ecn', source, ipEct: 2 })).toEqual({ kind: 'assign', to: 'ip.tos', value: { kind: 'xor', mask: 3, value: 2 } });
  expect(lowerJump({ kind: 'ecn', source, ipEct: 2, tcpCwr: 1 })).toMatchObject({ kind: 'refuse', extension: 'ECN', hint: expect.any(String) as string });
});

test('CT --notrack wins over the rest', () => {
  expect(lowerJump({ kind: 'ct', source, notrack: true, zone: { direction: 'both', id: 1 } })).toEqual({ kind: 'notrack' });
});
