import { describe, expect, it } from 'vitest';
import { column, packet } from './judging.js';

const sets = `create n hash:net
add n 10.0.0.4/30
add n 10.0.0.7 nomatch
add n 11.0.0.0/8
create i hash:ip
add i 10.0.0.7
create ip hash:ip,port
add ip 10.0.0.7,tcp:1000
create b bitmap:port range 0-65535
add b 80
create l list:set
add l n
create nif hash:net,iface
add nif 10.0.0.0/8,eth0
`;
const from = (source: string): ReturnType<typeof packet> => packet({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: 2 }, { source });
const later = packet({ kind: 'raw', protocol: 6, data: new Uint8Array(32) }, { fragment: { offset: 2, more: false } });
// 10.0.0.4 .5 .7 .8, 11.0.0.1, a later fragment of .5
const packets = [from('10.0.0.4'), from('10.0.0.5'), from('10.0.0.7'), from('10.0.0.8'), from('11.0.0.1'), later];

describe('named sets', () => {
  it.each([
    ['-m set --match-set n src', 'M M . . M M'],
    ['-m set ! --match-set n src', '. . M M . .'],
    ['-m set --match-set n src --return-nomatch', '. . M . . .'],
    ['-m set --match-set i src', '. . M . . .'],
    ['-m set --match-set ip src,src', '. . M . . .'],
    ['-m set ! --match-set ip src,src', 'M M . M M M'],
    ['-m set --match-set b dst', 'M M M M M .'],
    ['-m set ! --match-set b dst', '. . . . . M'],
    ['-m set --match-set l src', 'M M . . M M'],
    ['-m set --match-set nif src,src', 'M M M M . M'],
  ])('%s', (match, row) => expect(column(4, match, packets, sets)).toBe(row));

  it('knows the protocols of ports, and ICMP types in their place', () => {
    const kinds = 'create p hash:ip,port\nadd p 10.0.1.7,udp:53\nadd p 10.0.1.7,icmp:8/0\nadd p 10.0.1.7,gre:0\n';
    const mixed = [packet({ kind: 'udp', sourcePort: 1, destinationPort: 53 }), packet({ kind: 'tcp', sourcePort: 1, destinationPort: 53, flags: 2 }), packet({ kind: 'icmp', type: 8, code: 0 }), packet({ kind: 'icmp', type: 8, code: 1 }), packet({ kind: 'gre' })];
    expect(column(4, '-m set --match-set p dst,dst', mixed, kinds)).toBe('M . M . M');
  });
});
