import { describe, expect, it } from 'vitest';
import type { PacketInput } from '../../src/ir/index.js';
import { parseWords, writePcap } from '../../src/packet/index.js';
import { dumped } from './pcap.js';

function packet(words: string): PacketInput {
  const { value } = parseWords(words);
  if (value === undefined) throw new Error(`not a packet: ${words}`);
  return value;
}

describe('a pcap file', () => {
  it('is what tcpdump reads: raw IP, in order, a second apart', async () => {
    const lines = await dumped(writePcap([packet('udp 10.0.0.5:40000 > 10.0.0.1:53 in eth0'), packet('tcp [2001:db8::5]:40000 > [2001:db8::1]:22 syn in eth0')]));
    if (lines === undefined) return;
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^0\.000000 IP .*10\.0\.0\.5\.40000 > 10\.0\.0\.1\.53/);
    expect(lines[1]).toMatch(/^1\.000000 IP6 .*2001:db8::5\.40000 > 2001:db8::1\.22: Flags \[S\]/);
  });

  it('has Ethernet headers as soon as one packet has one', async () => {
    const lines = await dumped(writePcap([packet('udp 10.0.0.5:40000 > 10.0.0.1:53 in eth0'), packet('udp 10.0.0.5:40000 > 10.0.0.1:53 in eth0 mac 02:00:00:00:00:aa')]), '-e');
    if (lines === undefined) return;
    expect(lines[0]).toContain('00:00:00:00:00:00 > 00:00:00:00:00:00, ethertype IPv4');
    expect(lines[1]).toContain('02:00:00:00:00:aa > 02:00:00:00:00:01, ethertype IPv4');
  });

  it('tells when a packet came', async () => {
    const lines = await dumped(writePcap([packet('udp 10.0.0.5:40000 > 10.0.0.1:53 in eth0 time 2024-01-01T00:00:00Z')]));
    if (lines !== undefined) expect(lines[0]).toMatch(/^1704067200\.000000 /);
  });

  it('may hold nothing', () => {
    expect(writePcap([])).toHaveLength(24);
  });
});
