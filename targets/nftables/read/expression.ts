import type { Family } from '../../../src/ir/index.js';
import type { Expression, MetaKey } from '../ast.js';
import { exthdr, isExthdrName } from '../exthdr.js';
import { namedField } from './headers.js';
import { anyObject, entryOf, isList, isObject, numberAt, textAt, type Json, type JsonObject } from './json-value.js';
import { notationOf, parseAddress, type Notation } from './symbols.js';
import { valueOf } from './value.js';

const metaKeys: { readonly [key: string]: MetaKey } = {
  iifname: 'iifname', oifname: 'oifname', iif: 'iifname', oif: 'oifname', iiftype: 'iiftype', mark: 'mark', l4proto: 'l4proto', pkttype: 'pkttype', length: 'length', skuid: 'skuid', skgid: 'skgid',
  cgroup: 'cgroup', priority: 'priority', nftrace: 'nftrace', secmark: 'secmark',
  cpu: 'cpu', rtclassid: 'rtclassid', iifgroup: 'iifgroup', oifgroup: 'oifgroup', hour: 'hour', day: 'day', time: 'time',
};

/** An expression of the listing; undefined where the tree has no node for it. */
export function expressionOf(json: Json | undefined, family: Family): Expression | undefined {
  const [kind, body] = entryOf(json) ?? [];
  if (kind === undefined) return undefined;
  switch (kind) {
    case 'payload':
      return isObject(body) ? payloadOf(body) : undefined;
    case 'meta': {
      const key = isObject(body) ? metaKeys[textAt(body, 'key') ?? ''] : undefined;
      return key === undefined ? undefined : { kind: 'meta', key };
    }
    case 'ct':
      return isObject(body) ? ctOf(body) : undefined;
    case 'exthdr':
      return isObject(body) ? exthdrOf(body) : undefined;
    case 'tcp option':
      return isObject(body) && body['name'] === 'maxseg' && (body['field'] === 'size' || body['field'] === 'length') ? { kind: 'tcp-option', option: 2, field: body['field'] } : undefined;
    case 'fib':
      return isObject(body) ? fibOf(body) : undefined;
    case 'socket': {
      const key = isObject(body) ? body['key'] : undefined;
      return key === 'transparent' || key === 'wildcard' || key === 'mark' ? { kind: 'socket', key } : undefined;
    }
    case 'jhash': {
      const modulus = isObject(body) ? numberAt(body, 'mod') : undefined;
      const inner = isObject(body) && (body['offset'] ?? 0) === 0 ? expressionOf(body['expr'], family) : undefined;
      if (!isObject(body) || modulus === undefined || inner?.kind !== 'ct' || inner.key !== 'saddr' || inner.direction !== 'original') return undefined;
      const seed = numberAt(body, 'seed');
      return seed === undefined || !Number.isInteger(seed) ? undefined : { kind: 'jhash', modulus, seed: seed < 0 ? seed + 2 ** 32 : seed };
    }
    case 'ipsec': {
      if (!isObject(body)) return undefined;
      const { dir, key } = body;
      const layer = numberAt(body, 'spnum') ?? 0;
      return (dir === 'in' || dir === 'out') && (key === 'reqid' || key === 'spi') ? { kind: 'ipsec', direction: dir, layer, key } : undefined;
    }
    case 'numgen': {
      if (!isObject(body) || (body['offset'] ?? 0) !== 0) return undefined;
      const modulus = numberAt(body, 'mod');
      const { mode } = body;
      // nft 1.0.6 prints the modulus as a signed number.
      return modulus === undefined || (mode !== 'inc' && mode !== 'random') ? undefined : { kind: 'numgen', mode, modulus: modulus < 0 ? modulus + 2 ** 32 : modulus };
    }
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return isList(body) ? binaryOf(kind, body, family) : undefined;
    case 'concat': {
      const parts = isList(body) ? body.map((part) => expressionOf(part, family)) : [];
      return parts.length > 0 && parts.every((part) => part !== undefined) ? { kind: 'concat', parts } : undefined;
    }
    case 'rt':
      if (isObject(body) && body['key'] === 'classid') return { kind: 'meta', key: 'rtclassid' };
      return isObject(body) && body['key'] === 'mtu' ? { kind: 'route-mss' } : undefined;
    default:
      return undefined;
  }
}

function payloadOf(body: JsonObject): Expression | undefined {
  const protocol = textAt(body, 'protocol');
  const field = textAt(body, 'field');
  if (protocol !== undefined && field !== undefined) return namedField(protocol, field);
  const base = body['base'];
  const offset = numberAt(body, 'offset');
  const bits = numberAt(body, 'len');
  if ((base !== 'll' && base !== 'nh' && base !== 'th') || offset === undefined || bits === undefined) return undefined;
  return { kind: 'payload', base, offset, bits };
}

function exthdrOf(body: JsonObject): Expression | undefined {
  const name = textAt(body, 'name') ?? '';
  return isExthdrName(name) ? exthdr(name, textAt(body, 'field') ?? '') : undefined;
}

function ctOf(body: JsonObject): Expression | undefined {
  const dir = body['dir'];
  const direction = dir === 'original' || dir === 'reply' ? { direction: dir } as const : {};
  const [, key = ''] = /^(?:ip6? )?(.*)$/.exec(textAt(body, 'key') ?? '') ?? [];
  switch (key) {
    case 'state':
    case 'status':
    case 'mark':
    case 'secmark':
    case 'direction':
    case 'protocol':
    case 'expiration':
    case 'packets':
    case 'bytes':
    case 'avgpkt':
      return { kind: 'ct', key, ...direction };
    case 'saddr':
    case 'daddr':
    case 'proto-src':
    case 'proto-dst':
      return dir === undefined ? undefined : { kind: 'ct', key, ...direction };
    default:
      return undefined;
  }
}

function fibOf(body: JsonObject): Expression | undefined {
  const flags = isList(body['flags']) ? body['flags'] : [body['flags'] ?? null];
  const address = flags.includes('saddr') ? 'saddr' : flags.includes('daddr') ? 'daddr' : undefined;
  if (body['result'] !== 'type' || address === undefined || flags.some((flag) => flag !== address && flag !== 'iif' && flag !== 'oif')) return undefined;
  const via = flags.includes('iif') ? { via: 'iif' } as const : flags.includes('oif') ? { via: 'oif' } as const : {};
  return { kind: 'fib', address, ...via };
}

/** nft folds from the left: more than two operands are so many operations. */
function binaryOf(operator: '&' | '|' | '^' | '<<' | '>>', operands: readonly Json[], family: Family): Expression | undefined {
  const [first, ...rest] = operands;
  let left = expressionOf(first, family);
  for (const operand of rest) {
    if (left === undefined) return undefined;
    const right = operator === '<<' || operator === '>>' ? valueOf(operand, 'integer', family) : maskOf(operand, notationOf(left), family);
    if (right === undefined) return undefined;
    left = { kind: 'binary', operator, left, right };
  }
  return left;
}

const maskOf = (json: Json, notation: Notation, family: Family): bigint | undefined =>
  notation === 'address' && typeof json === 'string' ? parseAddress(json, family) : valueOf(json, notation, family);

/**
 * Whether the statement reads what only the other family has: nft tests the family before it. In `ip` and `ip6` tables such a
 * rule does not load, but for ICMP, which nft tests by its number alone there.
 */
export function ofOtherFamily(json: Json, family: Family, inet: boolean): boolean {
  const other = family === 4 ? 'ip6' : 'ip';
  return anyObject(json, (object) => {
    const protocol = object['protocol'];
    if (object['field'] !== undefined && protocol === other) return true;
    if (inet && object['field'] !== undefined && protocol === (family === 4 ? 'icmpv6' : 'icmp')) return true;
    if (typeof object['key'] === 'string' && object['key'].startsWith(`${other} `)) return true;
    return family === 4 && inet && object['exthdr'] !== undefined;
  });
}
