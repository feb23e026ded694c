import { type Family, type PacketInput, portHeaders } from '../../src/ir/index.js';
import { createRandom } from '../../src/probe/random.js';
import { bytesOf, wire } from './world.js';

/** Hosts of two networks, two ports, packets of all kinds with and without ports, some cut off, some fragments: every set is met again and again. */
export function setFlow(count: number, family: Family, seed: number, framed = false): readonly PacketInput[] {
  const random = createRandom(seed);
  const sources = family === 4 ? ['10.0.0.5', '10.0.0.6', '10.0.0.200', '10.0.3.7', '10.0.3.8', '10.0.4.0'] : ['2001:db8::5', '2001:db8::6', '2001:db8:0:7::1', '2001:db8:0:7::2'];
  const destinations = family === 4 ? ['10.0.1.7', '10.0.1.8'] : ['2001:db8:1::7', '2001:db8:1::8'];
  const macs = ['020000000001', '020000000002'];
  return Array.from({ length: count }, (_, index) => {
    const [sourcePort, destinationPort] = [random.pick([53, 1000]), random.pick([53, 80])];
    const [source, destination] = [random.pick(sources), random.pick(destinations)];
    const icmp = family === 4 ? [8, 13] : [128, 129];
    const transport = random.pick([
      { kind: 'udp', sourcePort, destinationPort, data: new Uint8Array(random.below(40)) },
      { kind: 'tcp', sourcePort, destinationPort, flags: 2, sequence: 1000 },
      { kind: 'icmp', type: icmp[random.below(2)] ?? 8, code: 0, rest: 1 },
      { kind: 'raw', protocol: 47, data: Uint8Array.of(0, 0, 0, 0) },
      { kind: 'raw', protocol: 6, data: Uint8Array.of(0, 53, 0, 53, 0, 0, 0, 0) },
      { kind: 'raw', protocol: 132, data: Uint8Array.of(0, 53, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 4) },
      { kind: 'raw', protocol: 132, data: Uint8Array.of(0, 53, 0, 80, 0, 0, 0, 0) },
      { kind: 'raw', protocol: random.pick([17, 136]), data: Uint8Array.of(0, 53, 0, destinationPort, 0, 8, 0, 0) },
      { kind: 'raw', protocol: random.pick([17, 136]), data: Uint8Array.of(0, 53, 0, 53) },
      { kind: 'raw', protocol: 33, data: Uint8Array.of(0, 53, 0, 80, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
      // ICMP of the other family.
      { kind: 'raw', protocol: family === 4 ? 58 : 1, data: Uint8Array.of(0, destinationPort, 0, 0, 0, 0, 0, 0) },
      { kind: 'raw', protocol: random.pick([50, 59]), data: Uint8Array.of(0, 53, 0, 80, 0, 0, 0, 1) },
    ] as const);
    const part = random.below(10);
    const fragment = part > 1 ? {} : { fragment: { offset: part * 10, more: true } };
    const frame = framed ? { ethernet: Uint8Array.from(Buffer.from(`020000000101${random.pick(macs)}${family === 4 ? '0800' : '86dd'}`, 'hex')) } : {};
    return wire(bytesOf(transport, { family, source, destination, ...fragment }), { id: String(index), inInterface: framed ? 'eth0' : random.pick(['eth0', 'eth0', 'eth2']), ...frame });
  });
}

/** Each rule of FORWARD leaves a bit where it matches; those that jump to SET leave none. */
export const marking = (rules: readonly string[]): string =>
  `*mangle\n${rules.map((rule, index) => `-A FORWARD ${rule}${rule.includes('-j ') ? '' : ` -j MARK --or-mark ${1 << index}`}\n`).join('')}COMMIT\n`;

/** Neither a later fragment nor shorter than the header that ipset reads: what translations that are not strict speak of. */
export function isSound({ bytes }: PacketInput, family: Family): boolean {
  const at = (offset: number): number => bytes[offset] ?? 0;
  const [protocol, start, offset] = family === 4 ? [at(9), 20, ((at(6) << 8) | at(7)) & 0x1fff] : at(6) === 44 ? [at(40), 48, ((at(42) << 8) | at(43)) >> 3] : [at(6), 40, 0];
  return offset === 0 && bytes.length >= start + (portHeaders[protocol] ?? 0);
}
