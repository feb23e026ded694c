import { addressMask, type NamedSet, type SetElement, type SetPart } from './set.js';

/** Protocols from whose headers ipset reads ports, and the bytes of header that it wants; of ICMP type and code stand for a port. All others have port 0. */
export const portHeaders: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 58: 8, 132: 12, 136: 8 };

/** What an element of a set of single values is known by. `portless`: its protocol has no ports, and none stands in the key. */
export interface ElementKey {
  readonly portless: boolean;
  readonly parts: readonly bigint[];
}

/** Ranges of more values than this are not spelled out. */
const mostValues = 65_536n;

/** An element with its ranges spelled out; undefined where these are too long, or it holds something else than addresses and ports. */
export function elementKeys(set: NamedSet, { parts }: SetElement): readonly ElementKey[] | undefined {
  return parts.reduce<readonly ElementKey[] | undefined>((keys, part) => {
    const values = valuesOf(part, set);
    if (keys === undefined || values === undefined || BigInt(keys.length) * BigInt(values.length) > mostValues) return undefined;
    return keys.flatMap((key) => values.map((value) => ({ portless: key.portless || value.portless, parts: [...key.parts, ...value.parts] })));
  }, [{ portless: false, parts: [] }]);
}

function valuesOf(part: SetPart, set: NamedSet): readonly ElementKey[] | undefined {
  switch (part.kind) {
    case 'addresses': {
      const mask = addressMask(set);
      return counted(part.min & mask, part.max & mask, mask & -mask)?.map((address) => ({ portless: false, parts: [address] }));
    }
    case 'port': {
      const ports = counted(BigInt(part.min), BigInt(part.max), 1n);
      if (set.method === 'bitmap') return ports?.map((port) => ({ portless: false, parts: [port] }));
      const protocol = BigInt(part.protocol);
      return portHeaders[part.protocol] === undefined ? [{ portless: true, parts: [protocol] }] : ports?.map((port) => ({ portless: false, parts: [protocol, port] }));
    }
    case 'mac':
    case 'mark':
    case 'iface':
    case 'set':
      return undefined;
  }
}

function counted(min: bigint, max: bigint, step: bigint): readonly bigint[] | undefined {
  const many = (max - min) / step + 1n;
  return many > mostValues ? undefined : Array.from({ length: Number(many) }, (_, index) => min + BigInt(index) * step);
}
