import { describe, expect, it } from 'vitest';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { base, chain, drop, field, jump, program, rule, table, test } from './core.js';

const options: XdpOptions = { mode: 'exact', strict: false, assume: ['counted-by-one-program'], chain: 'INPUT' };
const ttl = (value: number) => [test(field('ip.ttl', value))];
const codes = (...parts: Parameters<typeof table> extends [unknown, ...infer C] ? C : never) => xdp.compile(program(4, [table('filter', ...parts)]), options).diagnostics.map(({ code, message }) => [code, message]);

/** Chains that call the next one twice, so that none is written into its caller. */
const nested = (depth: number) => Array.from({ length: depth }, (_, index) => (index + 1 === depth ? chain(`c${index}`, rule(ttl(9), drop)) : chain(`c${index}`, rule(ttl(1), jump(`c${index + 1}`)), rule(ttl(2), jump(`c${index + 1}`)))));

describe('what the kernel would not load', () => {
  it('is refused when chains are nested too deep', () => {
    const entry = base('INPUT', 'ACCEPT', rule(ttl(1), jump('c0')), rule(ttl(2), jump('c0')));
    expect(codes(entry, ...nested(6))).toEqual([]);
    expect(codes(entry, ...nested(7))).toEqual([['too-many-rules', 'an XDP program cannot hold these rules: their chains are nested 9 calls deep, and the kernel takes 8']]);
  });

  it('is refused when a counter is one call too deep', () => {
    const entry = base('INPUT', 'ACCEPT', rule(ttl(1), jump('c0')), rule(ttl(2), jump('c0')));
    const counting = (depth: number) => nested(depth).map((each, index) => (index + 1 === depth ? chain(each.name, rule([test({ kind: 'nth', identity: '', every: 2, packet: 1 })], drop)) : each));
    expect(codes(entry, ...counting(5))).toEqual([]);
    expect(codes(entry, ...counting(6))).toEqual([['too-many-rules', expect.stringContaining('nested 9 calls deep')]]);
  });

  it('is not refused for chains that are called once', () => {
    const once = Array.from({ length: 30 }, (_, index) => chain(`c${index}`, rule(ttl(index), index === 29 ? drop : jump(`c${index + 1}`))));
    expect(codes(base('INPUT', 'ACCEPT', rule([], jump('c0'))), ...once)).toEqual([]);
  });

  it('is refused when there are too many functions', () => {
    const many = Array.from({ length: 246 }, (_, index) => chain(`c${index}`, rule(ttl(index % 256), drop)));
    const calls = many.flatMap(({ name }) => [rule(ttl(1), jump(name)), rule(ttl(2), jump(name))]);
    expect(codes(base('INPUT', 'ACCEPT', ...calls), ...many)).toEqual([['too-many-rules', expect.stringContaining('functions')]]);
  });
});
