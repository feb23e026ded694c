import { isExtensionField, type ExtensionField, type Field } from '../../src/ir/index.js';
import type { Expression } from './ast.js';
import { and, member, minus, number, shiftRight } from './build.js';
import type { Scene } from './context.js';
import { extensionReading } from './extension.js';

/** A field as the frame shows it: one C expression, the two halves of an IPv6 address, or why the frame does not show it. */
export type Reading =
  | { readonly kind: 'word'; readonly value: Expression }
  | { readonly kind: 'halves'; readonly high: Expression; readonly low: Expression }
  | { readonly kind: 'hidden'; readonly because: string };

const word = (value: Expression): Reading => ({ kind: 'word', value });
const hidden = (because: string) => (): Reading => ({ kind: 'hidden', because });

const connection = hidden('the connection entry');
const socket = hidden('the sending socket');

/** Transport fields come out of the first four words of the transport header. */
const readings: { readonly [F in Exclude<Field, ExtensionField>]: (scene: Scene) => Reading } = {
  'ip.source': ({ family }) => (family === 4 ? word(member('source')) : { kind: 'halves', high: member('source_high'), low: member('source_low') }),
  'ip.destination': ({ family }) =>
    family === 4 ? word(member('destination')) : { kind: 'halves', high: member('destination_high'), low: member('destination_low') },
  'ip.tos': () => word(member('tos')),
  // Forwarding decrements it before the FORWARD hook; what arrives there has at least 2.
  'ip.ttl': ({ hook }) => word(hook === 'FORWARD' ? minus(member('ttl'), number(1)) : member('ttl')),
  'ip.length': () => word(member('length')),
  'ip.protocol': () => word(member('protocol')),
  // Fragments are passed on before any rule.
  'ip.fragment-offset': () => word(number(0)),
  'transport.source-port': () => word(shiftRight(member('word0'), 16)),
  'transport.destination-port': () => word(and(member('word0'), number(0xffff))),
  'tcp.flags': () => word(and(shiftRight(member('word3'), 16), number(0xff))),
  'icmp.type': () => word(shiftRight(member('word0'), 24)),
  'icmp.code': () => word(and(shiftRight(member('word0'), 16), number(0xff))),
  'esp.spi': () => word(member('word0')),
  'ah.spi': ({ family }) => word(family === 4 ? member('word1') : member('authentication_spi')),
  'ah.length': () => word(member('authentication_length')),
  'ah.reserved': () => word(member('authentication_reserved')),
  'dccp.type': () => word(and(shiftRight(member('word2'), 25), number(15))),
  'ipcomp.cpi': () => word(and(member('word0'), number(0xffff))),
  'mobility.next-header': () => word(shiftRight(member('word0'), 24)),
  'mobility.type': () => word(and(shiftRight(member('word0'), 8), number(0xff))),
  'packet.mark': hidden('the packet mark'),
  // A unicast frame for another host never comes to the hooks, so that "unicast" means "for this host" there.
  'packet.type': () => word(member('ethernet_type')),
  'ethernet.source': () => word(member('ethernet_source')),
  'socket.uid': socket,
  'socket.gid': socket,
  'socket.class': socket,
  'socket.mark': socket,
  'host.processor': hidden('the processor that handles the packet'),
  'route.realm': hidden('the realms of the route'),
  'device.in-group': hidden('the group of an interface'),
  'device.out-group': hidden('the group of an interface'),
  'clock.seconds': hidden('the clock'),
  'clock.of-day': hidden('the clock'),
  'clock.weekday': hidden('the clock'),
  'ct.mark': connection,
  'ct.direction': connection,
  'ct.status': connection,
  'ct.protocol': connection,
  'ct.original-source': connection,
  'ct.original-destination': connection,
  'ct.reply-source': connection,
  'ct.reply-destination': connection,
  'ct.original-source-port': connection,
  'ct.original-destination-port': connection,
  'ct.reply-source-port': connection,
  'ct.reply-destination-port': connection,
  'ct.expiration': connection,
  'ct.original-packets': connection,
  'ct.original-bytes': connection,
  'ct.original-average': connection,
  'ct.reply-packets': connection,
  'ct.reply-bytes': connection,
  'ct.reply-average': connection,
  'ct.packets': connection,
  'ct.bytes': connection,
  'ct.average': connection,
};

/** How a field is read where the scene plays. */
export function readField(field: Field, scene: Scene): Reading {
  const because = scene.rewritten.get(field);
  if (because !== undefined) return { kind: 'hidden', because };
  return isExtensionField(field) ? extensionReading(field) : readings[field](scene);
}
