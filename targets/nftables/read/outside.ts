import type { Family } from '../../../src/ir/index.js';
import type { NftSynproxy } from '../ast.js';
import { tcpOptionKind } from '../types.js';
import { isList, isObject, numberAt, textAt, type Json, type JsonObject } from './json-value.js';
import type { ListedStatement } from './listed.js';
import { parseAddress } from './symbols.js';
import { intervalOf } from './value.js';

/** Statements that give packets, or copies, to something outside of the rules; undefined where the tree has no node for one. */
export function dupOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const address = parseAddress(textAt(body, 'addr') ?? '', family);
  const device = textAt(body, 'dev');
  return address === undefined ? undefined : { kind: 'dup', address, ...(device === undefined ? {} : { device }) };
}

export function tproxyOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const of = body['family'];
  if (of !== undefined && of !== (family === 4 ? 'ip' : 'ip6')) return { kind: 'constant', holds: false };
  const [host, port] = [body['addr'], body['port']];
  const address = typeof host === 'string' ? parseAddress(host, family) : undefined;
  if ((host !== undefined && address === undefined) || (port !== undefined && typeof port !== 'number')) return undefined;
  return { kind: 'tproxy', ...(address === undefined ? {} : { address }), ...(typeof port === 'number' ? { port } : {}) };
}

const words = (json: Json | undefined): readonly Json[] => (isList(json) ? json : json === undefined ? [] : [json]);

export function queueOf(body: JsonObject): ListedStatement | undefined {
  const numbers = body['num'] === undefined ? { min: 0n, max: 0n } : intervalOf(body['num'], 'integer', 4);
  const flags = words(body['flags']);
  if (numbers === undefined || flags.some((flag) => flag !== 'bypass' && flag !== 'fanout')) return undefined;
  return { kind: 'queue', min: Number(numbers.min), max: Number(numbers.max), ...(flags.includes('bypass') ? { bypass: true } : {}), ...(flags.includes('fanout') ? { fanout: true } : {}) };
}

/** An object's name stands for what is not at hand. */
export function synproxyOf(body: Json | undefined): ListedStatement | undefined {
  if (body === null) return { kind: 'synproxy', proxy: {} };
  if (!isObject(body)) return undefined;
  const [mss, windowScale] = [numberAt(body, 'mss'), numberAt(body, 'wscale')];
  const flags = words(body['flags']);
  if (flags.some((flag) => flag !== 'timestamp' && flag !== 'sack-perm')) return undefined;
  const proxy: NftSynproxy = {
    ...(mss === undefined ? {} : { mss }),
    ...(windowScale === undefined ? {} : { windowScale }),
    ...(flags.includes('timestamp') ? { timestamp: true } : {}),
    ...(flags.includes('sack-perm') ? { sackPermitted: true } : {}),
  };
  return { kind: 'synproxy', proxy };
}

/** The kind of a TCP option as a whole. */
export function optionOf(json: Json | undefined): number | undefined {
  if (!isObject(json) || json['field'] !== undefined) return undefined;
  return numberAt(json, 'base') ?? tcpOptionKind(textAt(json, 'name') ?? '');
}
