import { describe, expect, test } from 'vitest';
import { checkSetFamilies, parse, parseSets } from '../../grammar/index.js';
import type { Family } from '../../src/ir/index.js';

const { value: sets } = parseSets('create ports bitmap:port range 0-100\ncreate range bitmap:ip range 10.0.0.0/24\ncreate list list:set\ncreate nets hash:net,iface family inet6\ncreate macs hash:mac\n', { file: 'sets' });

/** What `iptables-restore` and `ip6tables-restore` refuse: "The protocol family of set … is …, which is not applicable." */
const refused = (family: Family, rule: string): readonly string[] => {
  const { value, diagnostics } = parse(`*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT ${rule}\nCOMMIT\n`, { file: 'rules', family });
  expect(diagnostics).toEqual([]);
  return checkSetFamilies({ rulesets: [value], sets }).map(({ code, line, column }) => `${code} ${line}:${column}`);
};

describe('rules that ask for sets of the other family', () => {
  test.each<readonly [Family, string]>([
    [6, '-m set --match-set ports src'],
    [6, '-m set --match-set list src'],
    [6, '-m set --match-set macs src'],
    [6, '-m set --match-set nets src,src'],
    [4, '-m set ! --match-set range src'],
    [4, '-m set --match-set elsewhere src'],
    [6, '-j SET --add-set list src --exist'],
  ])('IPv%i %s is taken', (family, rule) => expect(refused(family, rule)).toEqual([]));

  test.each<readonly [Family, string]>([
    [6, '-m set --match-set range src'],
    [4, '-m set --match-set nets src,src'],
    [6, '-j SET --add-set range src'],
    [6, '-j SET --add-set ports src --del-set range src'],
    [4, '-j SET --map-set nets src,src --map-mark'],
  ])('IPv%i %s is refused', (family, rule) => expect(refused(family, rule)).toEqual(['set-of-other-family 3:13']));
});
