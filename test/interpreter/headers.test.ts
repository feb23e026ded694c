import { describe, expect, it } from 'vitest';
import { fromHex, type TransportSpec } from '../../src/packet/index.js';
import { column, judge, packet } from './judging.js';

const words = (text: string): readonly string[] => text.split(' ');
const bits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };
const tcp = (more: Partial<Extract<TransportSpec, { readonly kind: 'tcp' }>>): ReturnType<typeof packet> => packet({ kind: 'tcp', sourcePort: 1234, destinationPort: 80, flags: 2, ...more });

describe('TCP flags', () => {
  const packets = words('S SA A R F SF - FSRPAU SE SEC').map((letters) => tcp({ flags: [...letters].reduce((flags, letter) => flags | (bits[letter] ?? 0), 0) }));
  it.each([
    ['-p tcp --syn', 'M . . . . . . . M M'],
    ['-p tcp ! --syn', '. M M M M M M M . .'],
    ['-p tcp --tcp-flags SYN,ACK SYN', 'M . . . . M . . M M'],
    ['-p tcp ! --tcp-flags SYN,ACK SYN', '. M M M M . M M . .'],
    ['-p tcp --tcp-flags ALL NONE', '. . . . . . M . . .'],
    ['-p tcp --tcp-flags ALL ALL', '. . . . . . . M . .'],
    ['-p tcp --tcp-flags SYN,FIN SYN,FIN', '. . . . . M . M . .'],
    ['-p tcp --tcp-flags NONE NONE', 'M M M M M M M M M M'],
    ['-p tcp --tcp-flags FIN FIN,SYN', '. . . . . . . . . .'],
    ['-p tcp ! --tcp-flags ALL NONE', 'M M M M M M . M M M'],
  ])('%s', (match, row) => expect(column(4, match, packets)).toBe(row));
});

describe('TCP options: kind 0 does not end the list, a length of 0 is one byte', () => {
  const packets = ['', ...words('020405b4 0101020405b4 0402 00020405b4 02000402 02010402 05010102 02080101 0102')].map((options) => tcp({ options: fromHex(options) ?? new Uint8Array() }));
  it.each([
    ['-p tcp --tcp-option 2', '. M M . M M M M M M'],
    ['-p tcp ! --tcp-option 2', 'M . . M . . . . . .'],
    ['-p tcp --tcp-option 4', '. . . M . M M . . .'],
    ['-p tcp ! --tcp-option 4', 'M M M . M . . M M M'],
    ['-p tcp --tcp-option 1', '. . M . . . M M . M'],
    ['-p tcp --tcp-option 5', '. . . . . . . M . .'],
    ['-p tcp -m tcpmss --mss 1460', '. M M . M . . . . .'],
    ['-p tcp -m tcpmss --mss 0:65535', '. M M . M . . . . .'],
    ['-p tcp -m tcpmss ! --mss 1460', 'M . . M . M M M M M'],
  ])('%s', (match, row) => expect(column(4, match, packets)).toBe(row));

  it('drops a data offset that cannot be where options are read, and only there', () => {
    const odd = [0, 4, 15].map((dataOffset) => tcp({ dataOffset }));
    expect(column(4, '-p tcp --tcp-option 2', odd)).toBe('D D D');
    expect(column(4, '-p tcp -m tcpmss ! --mss 1', odd)).toBe('D D D');
    expect(column(4, '-p tcp --dport 80 --syn', odd)).toBe('M M M');
  });
});

describe('ports', () => {
  const packets = words('1>2 0>0 65535>65535 53>1000 1000>53 53>53 1000>1001 100>200 150>7 99>201').map((text) => {
    const [sourcePort = 0, destinationPort = 0] = text.split('>').map(Number);
    return tcp({ sourcePort, destinationPort });
  });
  it.each([
    ['-p tcp --dport 53', '. . . . M M . . . .'],
    ['-p tcp ! --dport 53', 'M M M M . . M M M M'],
    ['-p tcp --sport 100:200', '. . . . . . . M M .'],
    ['-p tcp ! --sport 100:200', 'M M M M M M M . . M'],
    ['-p tcp --dport :53', 'M M . . M M . . M .'],
    ['-p tcp --dport 1000:', '. . M M . . M . . .'],
    ['-p tcp ! --sport 53 ! --dport 53', 'M M M . . . M M M M'],
    ['-p tcp -m multiport --ports 53', '. . . M M M . . . .'],
    ['-p tcp -m multiport ! --ports 53', 'M M M . . . M M M M'],
    ['-p tcp -m multiport --dports 53,1001', '. . . . M M M . . .'],
    ['-p tcp -m multiport ! --dports 53,1001', 'M M M M . . . M M M'],
    ['-p tcp -m multiport --sports 53,100:200', '. . . M . M . M M .'],
    ['-p tcp -m multiport --ports 53:100', '. . . M M M . M . M'],
    ['-p tcp -m multiport ! --ports 53:100', 'M M M . . . M . M .'],
    ['-p tcp -m multiport --sports 53 -m multiport --dports 1000', '. . . M . . . . . .'],
    ['-p udp --dport 53', '. . . . . . . . . .'],
    ['! -p udp', 'M M M M M M M M M M'],
    ['! -p tcp', '. . . . . . . . . .'],
    ['-p all', 'M M M M M M M M M M'],
  ])('%s', (match, row) => expect(column(4, match, packets)).toBe(row));
});

describe('ESP and SCTP', () => {
  const esp = [255, 256, 500, 501].map((spi) => packet({ kind: 'esp', spi, data: new Uint8Array(8) }));
  const packets = [...esp, packet({ kind: 'esp', spi: 256 }, { truncate: 7 })];
  it.each([
    ['-p esp', 'M M M M M'],
    ['-p esp -m esp --espspi 256:500', '. M M . D'],
    ['-p esp -m esp ! --espspi 256:500', 'M . . M D'],
    ['-p esp -m esp --espspi 256', '. M . . D'],
  ])('%s', (match, row) => expect(column(4, match, packets)).toBe(row));

  const chunks = (...types: readonly number[]): ReturnType<typeof packet> => packet({ kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks: types.map((type) => ({ type, value: new Uint8Array(12) })) });
  const sctp = [chunks(1), chunks(0), chunks(3, 0), packet({ kind: 'sctp', sourcePort: 1, destinationPort: 2 }, { truncate: 8 })];
  it.each([
    ['-p sctp --dport 2', 'M M M D'],
    ['-p sctp ! --dport 3', 'M M M D'],
    ['-p sctp --chunk-types any INIT', 'M . . D'],
    ['-p sctp --chunk-types all DATA', '. M M D'],
    ['-p sctp --chunk-types any DATA', '. M M D'],
    ['-p sctp --chunk-types only DATA', '. M . D'],
    ['-p sctp ! --chunk-types any INIT', '. M M D'],
  ])('%s', (match, row) => expect(column(4, match, sctp)).toBe(row));
});

it('drops a cut-off chunk late where the chunk test is inverted: what the rule does is done before (REJECT answers)', () => {
  const cut = packet({ kind: 'raw', protocol: 132, data: Uint8Array.of(0, 1, 0, 2, 0, 0, 0, 0, 1, 2, 3, 4, 1, 0, 0) });
  const rule = (match: string): string => `-A FORWARD -p sctp -m sctp ${match} -j REJECT`;
  expect(judge(rule('! --chunk-types any SACK'), cut)).toMatchObject({ verdict: 'reject', stage: 'FORWARD', replies: [{ length: 63 }] });
  expect(judge(rule('--chunk-types any SACK'), cut)).toMatchObject({ verdict: 'drop', replies: [] });
});

describe('what the IP header says', () => {
  const one = packet({ kind: 'udp', sourcePort: 1, destinationPort: 2 }, { tos: 0xb9 });
  it.each([
    ['-m length --length 28', 'M'], ['-m length ! --length 28', '.'], ['-m ttl --ttl-eq 63', 'M'], ['-m ttl --ttl-eq 64', '.'], ['-m ttl --ttl-lt 64', 'M'],
    ['-m dscp --dscp 0x2e', 'M'], ['-m tos --tos 0xb9', 'M'], ['-m tos --tos 0x10', '.'], ['-m tos ! --tos 0x10/0x10', '.'], ['-m ecn --ecn-ip-ect 1', 'M'],
    ['-m iprange --src-range 10.0.0.9-10.0.0.1', '.'], ['-m iprange ! --src-range 10.0.0.9-10.0.0.1', 'M'], ['-m iprange --src-range 10.0.0.4-10.0.0.5', 'M'],
    ['-s 10.0.0.7/24', 'M'], ['-s 10.1.0.5/255.0.255.255', 'M'], ['! -s 0.0.0.0/0', '.'], ['-m mark --mark 0x112/0xff', '.'], ['-m mark --mark 0', 'M'],
  ])('%s', (match, row) => expect(column(4, match, [one])).toBe(row));
});
