import { describe, expect, it } from 'vitest';
import { cubeText } from '../../src/verify/report/words.js';
import { differences, table } from './inputs.js';

/** Turns connection tracking on, so that both sides have it. */
const tracking = '-A OUTPUT -m conntrack --ctstate NEW';

/** The region of a rule that drops against no rule. */
const region = (rule: string): readonly string[] => differences(table('filter', rule, tracking), table('filter', tracking)).flatMap((one) => one.region.map(cubeText));

describe('regions in words', () => {
  it.each([
    ['-A INPUT -s 10.0.0.0/8 -j DROP', ['source 10.0.0.0/8']],
    ['-A INPUT ! -s 10.0.0.0/8 -j DROP', ['source not 10.0.0.0/8']],
    ['-A INPUT -m iprange --src-range 10.0.0.5-10.0.1.77 -j DROP', ['source 10.0.0.5-10.0.1.77']],
    ['-A INPUT -i eth0 -j DROP', ['in interface eth0']],
    ['-A INPUT ! -i eth0 -j DROP', ['in interface one that no rule names']],
    ['-A INPUT -i eth+ -j DROP', ['in interface eth+']],
    ['-A INPUT -p 47 -j DROP', ['protocol gre']],
    ['-A INPUT -m mark --mark 0x1/0x3 -j DROP', ['mark 0x1/0x3']],
    ['-A INPUT -m mark --mark 0x10 -j DROP', ['mark 0x10']],
    ['-A INPUT -m conntrack --ctstate NEW,INVALID -j DROP', ['state INVALID or NEW']],
    ['-A INPUT -m length --length 0:100 -j DROP', ['length 0-100']],
    ['-A INPUT -m ttl --ttl-lt 5 -j DROP', ['ttl 0-4']],
    // That it is asked at all is a difference: the next packet finds less left.
    ['-A INPUT -m limit --limit 6/min -j DROP', ['every packet']],
    ['-A INPUT -m string --string "a b" --algo bm -j DROP', ['-m string --string "a b" --algo bm yes']],
  ])('%s', (rule, words) => {
    expect(region(rule)).toEqual(words);
  });

  it('a port has a header around it', () => {
    expect(region('-A INPUT -p udp -m udp --dport 53 -j DROP')).toEqual(expect.arrayContaining([expect.stringContaining('protocol udp') as string]));
  });

  it('TCP flags are named', () => {
    expect(region('-A INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN -j DROP').join('\n')).toMatch(/tcp flags syn without ack/);
  });

  it('an ICMP type is no port', () => {
    const words = differences(table('filter', '-A INPUT -p icmp -m icmp --icmp-type 8 -j DROP'), table('filter', '-A INPUT -p icmp -m icmp --icmp-type 13 -j DROP')).flatMap((one) => one.region.map(cubeText));
    expect(words.join('\n')).toMatch(/icmp type 8/);
    expect(words.join('\n')).not.toMatch(/ port/);
  });
});
