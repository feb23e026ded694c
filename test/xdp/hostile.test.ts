import { describe, expect, it } from 'vitest';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { accept, base, chain, drop, field, jump, program, rule, table, test } from './core.js';
import { compileForHost, hostCompiler } from './host.js';

const hostile = ['*/ int evil; /*', '"; #include "/etc/passwd', 'a\\', '??/', '\n#error', 'é\u2028', '//', '${x}', '%n'];
const options: XdpOptions = { mode: 'prefilter', strict: false, assume: [], chain: 'INPUT' };

/** Everything outside comments and strings of the emitted C. */
const code = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, ' ');

describe('names of the input', () => {
  it.each(hostile)('cannot leave their comment: %j', (name) => {
    const named = (text: string) =>
      xdp.compile(program(4, [table('filter',
        base('INPUT', 'ACCEPT', rule([test({ kind: 'interface', direction: 'in', pattern: { name: text, prefix: false } }), test(field('ip.ttl', 1))], jump(text)), rule([test(field('ip.ttl', 2))], jump(text))),
        { ...chain(text, { ...rule([], drop), comments: [text] }), name: text },
        chain('never', rule([], accept)))]), { ...options, interface: text }).text ?? '';
    expect(named(name)).not.toBe('');
    expect(code(named(name))).toBe(code(named('plain')));
    expect(named(name)).toMatch(/^[\t\n -~]*$/);
    if (hostCompiler !== undefined) compileForHost(named(name)).dispose();
  });
});
