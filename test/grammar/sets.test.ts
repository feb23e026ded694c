import { describe, expect, test } from 'vitest';
import { parseSets } from '../../grammar/index.js';

const read = (text: string) => parseSets(text, { file: 'sets' });

describe('ipset save', () => {
  test('types, options and elements', () => {
    const { value, diagnostics } = read(
      [
        'create a hash:ip family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x5f3b2c11',
        'add a 10.0.0.1 timeout 20 packets 1 bytes 2 comment "two words"',
        'create n hash:net,port family inet6 hashsize 1024 maxelem 65536',
        'add n 2001:db8::/32,udp:53 nomatch',
        'create i hash:net,iface family inet',
        'add i 10.0.0.0/8,physdev:eth0',
        'create p bitmap:port range 0-1024',
        'add p 80',
        'create m hash:mac hashsize 1024 maxelem 65536 forceadd',
        'add m 02:00:00:00:00:01',
        'create l list:set size 8',
        'add l a',
        '',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(value.map((set) => [set.name, set.method, set.dimensions.join(), set.family])).toEqual([
      ['a', 'hash', 'ip', 4],
      ['n', 'hash', 'net,port', 6],
      ['i', 'hash', 'net,iface', 4],
      ['p', 'bitmap', 'port', 4],
      ['m', 'hash', 'mac', 4],
      ['l', 'list', 'set', 4],
    ]);
    expect(value[0]).toMatchObject({ timeout: 300, counters: true, elements: [{ parts: [{ kind: 'addresses', min: 0x0a000001n, max: 0x0a000001n }], timeout: 20, comment: 'two words' }] });
    expect(value[1]?.elements).toMatchObject([{ nomatch: true, parts: [{ min: 0x20010db8n << 96n, max: (0x20010db9n << 96n) - 1n }, { kind: 'port', protocol: 17, min: 53, max: 53 }] }]);
    expect(value[2]?.elements).toMatchObject([{ parts: [{ kind: 'addresses' }, { kind: 'iface', name: 'eth0', physdev: true }] }]);
    expect(value[4]?.elements).toMatchObject([{ parts: [{ kind: 'mac', address: 0x020000000001 }] }]);
    expect(value[5]?.elements).toMatchObject([{ parts: [{ kind: 'set', name: 'a' }] }]);
  });

  test('what elements carry', () => {
    const { value, diagnostics } = read(
      [
        'create c hash:ip family inet maxelem 9 counters skbinfo',
        'add c 10.0.0.1 packets 18446744073709551615 bytes 9 skbmark 0x1/0xff skbprio a:ff skbqueue 3',
        'create w hash:net,iface',
        'add w 10.0.0.0/8,eth wildcard',
        'create b hash:ip bitmask 255.0.255.0',
        'add b 10.1.2.3',
        'create n hash:ip,port netmask 24',
        'add n 10.1.2.3,80',
        'create p hash:ip,mark markmask 0xff00',
        'add p 10.0.0.1,0x1234',
        '',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    const [c, w, b, n, p] = value;
    expect(c).toMatchObject({ room: 9, elements: [{ packets: 2n ** 64n - 1n, bytes: 9n, mark: { value: 1, mask: 255 }, priority: 0xa00ff, queue: 3 }] });
    expect(w?.elements).toMatchObject([{ parts: [{}, { kind: 'iface', name: 'eth', wildcard: true }] }]);
    expect(b?.elements).toMatchObject([{ parts: [{ min: 0x0a000200n, max: 0x0a000200n }] }]);
    expect(n?.elements).toMatchObject([{ parts: [{ min: 0x0a010200n, max: 0x0a0102ffn }, { kind: 'port', protocol: 6, min: 80 }] }]);
    expect(p?.elements).toMatchObject([{ parts: [{}, { kind: 'mark', value: 0x1200 }] }]);
  });

  test.each<[string, string]>([
    ['create x hash:net,mac\n', 'unknown-set-type'],
    ['create x hash:ip family inet what 1\n', 'unknown-set-option'],
    ['create x hash:ip family inet markmask 1\n', 'set-option-out-of-place'],
    ['create x hash:net netmask 24\n', 'set-option-out-of-place'],
    ['create x hash:ip timeout 2147484\n', 'bad-set-element'],
    ['create x hash:ip\nadd x 1.1.1.1 timeout 5\n', 'set-option-out-of-place'],
    ['create x hash:ip\nadd x 1.1.1.1 packets 5\n', 'set-option-out-of-place'],
    ['create x hash:ip counters\nadd x 1.1.1.1 packets many\n', 'bad-set-element'],
    ['create x hash:ip\nadd x 1.1.1.1 comment "a"\n', 'set-option-out-of-place'],
    ['create x hash:ip\nadd x 1.1.1.1 nomatch\n', 'set-option-out-of-place'],
    ['create x hash:net\nadd x 1.1.1.0/24 wildcard\n', 'set-option-out-of-place'],
    ['create x hash:ip skbinfo\nadd x 1.1.1.1 skbmark 1/2/3\n', 'bad-set-element'],
    ['create x hash:ip skbinfo\nadd x 1.1.1.1 skbprio 1\n', 'bad-set-element'],
    ['create x hash:ip\ncreate x hash:ip\n', 'set-exists'],
    ['add x 1.1.1.1\n', 'no-such-set'],
    ['create x hash:ip\nadd x 1.1.1\n', 'bad-set-element'],
    ['create x hash:ip\nadd x ::1\n', 'bad-set-element'],
    ['create x hash:ip,port\nadd x 1.1.1.1\n', 'bad-set-element'],
    ['create x hash:ip\nadd x 1.1.1.1 before 2.2.2.2\n', 'unknown-set-option'],
    ['create x bitmap:port range 0-10\nadd x 11\n', 'bad-set-element'],
    ['create x bitmap:port\n', 'missing-set-word'],
    ['create x list:set\nadd x y\n', 'no-such-set'],
    ['flush x\n', 'bad-set-line'],
  ])('%j', (text, code) => {
    const { diagnostics } = read(text);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(diagnostics[0]?.line).toBe(text.split('\n').length - 1);
  });
});
