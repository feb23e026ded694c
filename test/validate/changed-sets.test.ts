import { expect, it } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import type { Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { validateNft } from '../../src/validate/index.js';

const rules = ['-m set --match-set s src -j DROP', '-p udp -j SET --add-set s src --exist', '-p tcp -j SET --del-set s src', '-p icmp -j SET --add-set s src'];
const sets = 'create s hash:ip timeout 600\nadd s 10.0.0.5 timeout 0\nadd s 10.0.0.6 timeout 100\nadd s 10.0.0.7\n';

const program: Program = {
  rulesets: [parse(`*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`, { file: 'rules', family: 4 }).value],
  sets: parseSets(sets, { file: 'sets' }).value,
};

it.each<readonly [string, RegExp, string, 'equivalent' | 'different']>([
  ['as it is', /$^/, '', 'equivalent'],
  ['with its elements in another order', /10\.0\.0\.5,(\s*)(10\.0\.0\.6 [^,]*),/, '$2,$110.0.0.5,', 'equivalent'],
  ['with another element', /10\.0\.0\.5/, '10.0.0.4', 'different'],
  ['without an element', /10\.0\.0\.5,/, '', 'different'],
  ['without elements', /elements = \{[^}]*\}/, '', 'different'],
  ['with an element that stays', / timeout 100s/, '', 'different'],
  ['with an element that goes later', /timeout 100s/, 'timeout 101s', 'different'],
  ['with another timeout of what is added', /(update @s \{ ip saddr timeout) 600s/, '$1 601s', 'different'],
  ['with what is updated only added', /update @s/, 'add @s', 'different'],
  ['with nothing taken out', /delete @s \{ ip saddr \} /, '', 'different'],
])('a set that rules change, in nft %s: %s', (_, from, to, expected) => {
  const { text = '', assumptions } = translate(program, { to: 'nft', strict: false, assume: [] });
  const changed = text.replace(from, to);
  expect(changed === text).toBe(to === '' && from.source === '$^');
  expect(validateNft(program, { text: changed, notation: 'nft', assumptions }).verification.kind).toBe(expected);
});
