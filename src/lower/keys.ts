import { prefixMask, type Family, type KeyPart } from '../ir/index.js';

/** An address under a prefix as part of a key. */
export const addressKey = (address: 'source' | 'destination', prefix: number, family: Family): KeyPart => ({ field: `ip.${address}`, mask: prefixMask(family, prefix) });

/** A port as part of a key. */
export const portKey = (side: 'source' | 'destination'): KeyPart => ({ field: `transport.${side}-port`, mask: 0xffffn });
