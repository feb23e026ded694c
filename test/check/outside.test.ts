import { describe, expect, it } from 'vitest';
import type { AssumptionId } from '../../src/ir/index.js';
import { bytesOf, syn, udp, wire } from '../kernel/world.js';
import { isOutside } from '../../src/check/outside.js';

const all: readonly AssumptionId[] = [
  'no-truncated-l4-headers', 'no-later-fragments', 'no-nested-fragments', 'no-ipv6-authentication-headers', 'no-broken-ipv6-extension-headers', 'unfragmented-packets',
  'plain-tcp-options', 'syn-with-mss', 'one-fragment-header', 'plain-mobility-headers', 'plain-segment-routing', 'short-segment-lists',
];
const data = Uint8Array.of(0, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0);

describe('packets that assumptions exclude', () => {
  const cases: readonly (readonly [string, Uint8Array, readonly AssumptionId[]])[] = [
    ['plain', bytesOf(syn), []],
    ['plain IPv6', bytesOf(udp, { family: 6, extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination-options' }] }), []],
    ['short TCP', bytesOf(syn, { truncate: 19 }), ['no-truncated-l4-headers', 'syn-with-mss']],
    ['cut options', bytesOf(syn, { truncate: 22 }), ['no-truncated-l4-headers', 'plain-tcp-options', 'syn-with-mss']],
    ['short UDP', bytesOf(udp, { family: 6, truncate: 7 }), ['no-truncated-l4-headers']],
    ['later fragment', bytesOf({ kind: 'raw', protocol: 17, data }, { fragment: { offset: 1, more: false } }), ['no-later-fragments', 'unfragmented-packets']],
    ['later IPv6 fragment', bytesOf({ kind: 'raw', protocol: 17, data }, { family: 6, fragment: { offset: 1, more: false } }), ['no-later-fragments', 'unfragmented-packets']],
    ['first fragment', bytesOf({ kind: 'raw', protocol: 17, data }, { fragment: { offset: 0, more: true } }), ['unfragmented-packets']],
    ['AH', bytesOf(udp, { family: 6, extensions: [{ kind: 'ah', spi: 1 }] }), ['no-ipv6-authentication-headers']],
    ['cut extension header', bytesOf(udp, { family: 6, extensions: [{ kind: 'destination-options' }], truncateAll: 1 }), ['no-broken-ipv6-extension-headers']],
    ['no segment size', bytesOf({ ...syn, options: Uint8Array.of(4, 2) } as typeof syn), ['syn-with-mss']],
    ['odd segment size', bytesOf({ ...syn, options: Uint8Array.of(2, 3, 5, 1) } as typeof syn), ['plain-tcp-options', 'syn-with-mss']],
    ['two segment sizes', bytesOf({ ...syn, options: Uint8Array.of(2, 4, 5, 1, 2, 4, 5, 1) } as typeof syn), ['plain-tcp-options']],
    ['option beyond the end', bytesOf({ ...syn, options: Uint8Array.of(2, 4, 5, 1, 0, 8, 10, 1) } as typeof syn), ['plain-tcp-options']],
    ['nested', bytesOf(udp, { family: 6, extensions: [{ kind: 'fragment', offset: 0, more: false }, { kind: 'fragment', offset: 0, more: false }] }), ['no-nested-fragments', 'unfragmented-packets', 'one-fragment-header']],
    ['a header behind a mobility header', bytesOf({ kind: 'raw', protocol: 135, data: Uint8Array.of(17, 0, 5, 0, 0, 0, 0, 0) }, { family: 6 }), ['plain-mobility-headers']],
    ['more segments left than there are', bytesOf(udp, { family: 6, extensions: [{ kind: 'routing', type: 4, segmentsLeft: 2, data: Uint8Array.of(1, 0, 0, 0) }] }), ['plain-segment-routing']],
    ['three segments', bytesOf(udp, { family: 6, extensions: [{ kind: 'routing', type: 4, segmentsLeft: 0, data: new Uint8Array(52).fill(2, 0, 1) }] }), ['short-segment-lists']],
    ['a routing header longer than the packet', bytesOf(udp, { family: 6, extensions: [{ kind: 'routing', length: 9 }] }), ['no-truncated-l4-headers', 'no-broken-ipv6-extension-headers']],
  ];
  it.each(cases)('%s', (_, bytes, expected) => {
    expect(all.filter((id) => isOutside([id], wire(bytes)))).toEqual(expected);
  });
});
