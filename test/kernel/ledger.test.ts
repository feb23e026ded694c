import { describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import type { Family } from '../../src/ir/index.js';
import { available } from './available.js';
import { restoreAndSave } from './restore.js';

/**
 * Where the kernel's own save loses meaning or cannot be read again, and what `fmt` prints instead. A line that is no longer
 * different fails too.
 */
const ledger: readonly (readonly [family: Family, given: string, kernel: string, ours: string])[] = [
  [4, '-A INPUT ! -i + -j DROP', '-A INPUT -j DROP', '-A INPUT ! -i + -j DROP'],
  [4, '-A OUTPUT ! -o +', '-A OUTPUT', '-A OUTPUT ! -o +'],
  [4, '-A INPUT -i "eth0 x"', '-A INPUT -i eth0 x', '-A INPUT -i "eth0 x"'],
  [4, '-A INPUT -p tcp -m tcp ! --sport 0:65535', '-A INPUT -p tcp -m tcp', '-A INPUT -p tcp -m tcp ! --sport 0:65535'],
  [4, '-A INPUT -p udp -m udp ! --dport 0:65535', '-A INPUT -p udp -m udp', '-A INPUT -p udp -m udp ! --dport 0:65535'],
  [4, '-A INPUT -p esp -m esp ! --espspi 0:4294967295', '-A INPUT -p esp -m esp', '-A INPUT -p esp -m esp ! --espspi 0:4294967295'],
  [4, '-A INPUT -m recent --set --name "a b"', '-A INPUT -m recent --set --name a b --mask 255.255.255.255 --rsource', '-A INPUT -m recent --set --name "a b" --mask 255.255.255.255 --rsource'],
  [4, '-A INPUT -j DROP -m comment --comment "a', '-A INPUT -m comment --comment "a\n" -j DROP', '-A INPUT -j DROP -m comment --comment "a'],
  [4, ':a"b -\n-A INPUT -j "a\\"b"', '-A INPUT -j a"b', '-A INPUT -j "a\\"b"'],
  [4, ':a -\n-A INPUT -j a\n-E a "b c"', '-A INPUT -j b c', '-A INPUT -j chain-1\n-E chain-1 "b c"'],
  [6, '-A INPUT -p all -j DROP', '-A INPUT -j DROP', '-A INPUT -p all -j DROP'],
];

const rules = (text: string): string => /(^-A [^]*?\n)(?=COMMIT)/m.exec(text)?.[1]?.trimEnd() ?? '';

describe.skipIf(!available().ok)('the ledger of saves that lose meaning', () => {
  test.each(ledger)('IPv%i %s', async (family, given, kernel, ours) => {
    const text = `*filter\n${given}\nCOMMIT\n`;
    const { answer, saved } = await restoreAndSave(family, Buffer.from(text));
    expect(answer.status).toBe(0);
    expect(rules(saved)).toBe(kernel);
    expect(kernel).not.toBe(ours);
    const printed = print(parse(text, { file: 'ledger', family }).value, { counters: false }).value;
    expect(rules(printed)).toBe(ours);
    // Ours is taken, and says the same again: to the kernel too.
    expect(print(parse(printed, { file: 'ledger', family }).value, { counters: false }).value).toBe(printed);
    const again = await restoreAndSave(family, Buffer.from(printed));
    expect(again.answer.status).toBe(0);
    expect(rules(again.saved)).toBe(kernel);
  });
});
