import { describe, expect, it } from 'vitest';
import { fromHex, type TransportSpec } from '../../src/packet/index.js';
import { hex, interpret, judge, packet } from './judging.js';

const udp: TransportSpec = { kind: 'udp', sourcePort: 1, destinationPort: 2 };
const inMangle = (...jumps: readonly string[]): string => `*mangle\n${jumps.map((jump) => `-A FORWARD ${jump}`).join('\n')}\nCOMMIT\n`;

describe('arithmetic of marks (section 7)', () => {
  it.each([
    [0xf0f0f0f0, '--set-mark 0x12/0xf', 0xf0f0f0f2], [0xf0f0f0f0, '--set-xmark 0x12/0xf', 0xf0f0f0e2], [0xf0f0f0f0, '--set-xmark 0xff/0', 0xf0f0f00f],
    [0xf0, '--and-mark 0x3c', 0x30], [0xf0, '--or-mark 0x3c', 0xfc], [0xf0, '--xor-mark 0x3c', 0xcc],
  ])('%i %s', (mark, jump, expected) => expect(judge(inMangle(`-j MARK ${jump}`), packet(udp, {}, { mark })).mark).toBe(expected));

  it('copies under two masks between packet and connection', () => {
    const saved = ['-j CONNMARK --set-xmark 0x5555/0xffffffff', '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf00', '-j CONNMARK --restore-mark'];
    expect(judge(inMangle(...saved), packet(udp, {}, { mark: 0x0f0f })).mark).toBe(0x505a);
    const restored = ['-j CONNMARK --set-xmark 0x5555/0xffffffff', '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0'];
    expect(judge(inMangle(...restored), packet(udp, {}, { mark: 0x0f0f })).mark).toBe(0x0f50);
  });
});

describe('header writes keep checksums right', () => {
  const header = (jump: string, spec = {}): string => hex(judge(inMangle(jump), packet(udp, spec)).bytes).slice(0, 40);
  // By hand: 4500001c 00010000 3f11xxxx 0a000005 0a000107 and the sum that fits.
  it.each([
    ['-j TTL --ttl-set 9', {}, '4500001c00010000' + '09119cc5' + '0a0000050a000107'],
    ['-j TTL --ttl-inc 255', {}, '4500001c00010000' + 'ff11a6c4' + '0a0000050a000107'],
    ['-j TTL --ttl-dec 200', {}, '4500001c00010000' + '0011a5c5' + '0a0000050a000107'],
    ['-j TOS --set-tos 0x10/0xff', {}, '4510001c00010000' + '3f1166b5' + '0a0000050a000107'],
    ['-j DSCP --set-dscp 46', { tos: 3 }, '45bb001c00010000' + '3f11660a' + '0a0000050a000107'],
  ])('%s', (jump, spec, expected) => expect(header(jump, spec)).toBe(expected));
});

describe('TCPMSS', () => {
  const syn = (options: string, data = 0): TransportSpec => ({ kind: 'tcp', sourcePort: 1, destinationPort: 80, flags: 2, options: fromHex(options) ?? new Uint8Array(), data: new Uint8Array(data) });
  const options = (jump: string, transport: TransportSpec, more = {}): string => {
    const { bytes } = judge(inMangle(`-p tcp --syn -j TCPMSS ${jump}`), packet(transport, more));
    return hex(bytes).slice((bytes?.[0] ?? 0) >> 4 === 4 ? 80 : 120);
  };
  it.each([
    ['--set-mss 1200', syn('020405b4'), '020404b0'], ['--set-mss 1200', syn('020403e8'), '020403e8'], ['--set-mss 1200', syn(''), '02040218'],
    ['--set-mss 400', syn(''), '02040190'], ['--set-mss 400', syn('', 1), '00'], ['--set-mss 400', syn('0101'), '0204019001010000'], ['--clamp-mss-to-pmtu', syn('020405b4'), '020405b4'],
  ])('%s', (jump, transport, expected) => expect(options(jump, transport)).toBe(expected));
  it('puts 1220 where an IPv6 peer tells none', () => expect(options('--set-mss 1400', syn(''), { family: 6 })).toBe('020404c4'));
  it('clamps to the smaller of the two ways', () => {
    const topology = { ifaces: [{ name: 'eth0', addr: ['10.0.0.1/24'], mtu: 1300 }, { name: 'eth1', addr: ['10.0.1.1/24'], mtu: 1400 }] };
    const rules = inMangle('-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu');
    expect(hex(judge(rules, packet(syn('020405b4')), { topology }).bytes).slice(80)).toBe('020404ec');
  });
  it('keeps the TCP checksum right when it grows a packet', () => {
    const grown = judge(inMangle('-p tcp --syn -j TCPMSS --set-mss 400'), packet(syn(''))).bytes ?? new Uint8Array();
    const fresh = packet(syn('02040190'), { ttl: 63 }).bytes;
    expect(hex(grown)).toBe(hex(fresh));
  });
});

describe('rates and counters', () => {
  const one = packet(udp);
  const run = (match: string, times: readonly number[], options = {}): string => {
    const interpreter = interpret(4, `-A FORWARD ${match} -j DROP`, { sequence: true, ...options });
    return times.map((time) => (interpreter.judge({ ...one, time }).verdict === 'drop' ? 'M' : '.')).join('');
  };
  it('spends and earns tokens on the packets’ clock', () => {
    expect(run('-m limit --limit 1/sec --limit-burst 3', [0, 0, 0, 0, 0.5, 1, 1, 2.5, 10, 10, 10, 10])).toBe('MMM..M.MMMM.');
  });
  it('wraps long periods times large bursts as the kernel does', () => {
    expect(run('-m limit --limit 1/hour --limit-burst 40', Array.from({ length: 10 }, () => 0))).toBe('MM........');
    expect(run('-m limit --limit 2/day', Array.from({ length: 10 }, () => 0))).toBe('M.........');
  });
  it.each([['--every 2 --packet 0', 'M.M.M.'], ['--every 3 --packet 1', '.M..M.']])('counts: nth %s', (options, row) => expect(run(`-m statistic --mode nth ${options}`, [0, 0, 0, 0, 0, 0])).toBe(row));
  it('draws the same for the same seed', () => {
    const drawn = run('-m statistic --mode random --probability 0.5', Array.from({ length: 64 }, () => 0), { seed: 7 });
    expect(drawn).toBe(run('-m statistic --mode random --probability 0.5', Array.from({ length: 64 }, () => 0), { seed: 7 }));
    expect(drawn).toContain('M');
    expect(drawn).toContain('.');
  });
  it('judges each packet alone unless asked for a sequence', () => expect(run('-m limit --limit 1/day --limit-burst 1', [0, 0, 0], { sequence: false })).toBe('MMM'));
});

describe('what is not modelled', () => {
  const rules = '-A FORWARD -p tcp -m cpu --cpu 0 -j DROP\n-A FORWARD -m cpu --cpu 1\n-A FORWARD -p udp -m cpu --cpu 0 -m udp --dport 9 -j DROP\n-A FORWARD -p udp -m cpu --cpu 0 -j DROP';
  it('stops where it matters, and says where', () => {
    const interpreter = interpret(4, rules);
    const outcome = interpreter.judge(packet(udp));
    expect(outcome.verdict).toBe('unknown');
    expect(outcome.path.map(({ rule, result }) => `${rule} ${result}`)).toEqual(['1 no-match', '2 unknown', '3 no-match', '4 unknown']);
    expect(interpreter.explain(outcome)).toMatchObject([{ code: 'fate-unknown', severity: 'error', file: 'rules', line: 5, chain: 'FORWARD', rule: 4 }]);
  });
  it('goes on where it does not', () => expect(judge(rules, packet({ kind: 'icmp', type: 8, code: 0 })).verdict).toBe('forward'));
});
