import { expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';

/** A destination options header of which only the first byte is there: the walk over the extension headers fails. */
const broken = Uint8Array.from([
  0x60, 0, 0, 0, 0, 1, 60, 64,
  0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5,
  0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7,
  60,
]);

// Asked of the kernel: `-p all -j ACCEPT` drops this packet in FORWARD, `-j ACCEPT` lets it through.
it.each([
  ['-p all -j ACCEPT', 'drop'],
  ['-j ACCEPT', 'forward'],
])('IPv6 %s: a packet that cannot be walked ends as %s', (rule, verdict) => {
  const { value } = parse(`*filter\n-A FORWARD ${rule}\nCOMMIT\n`, { file: 'rules', family: 6 });
  const outcome = createInterpreter({ rulesets: [value], sets: [] }).judge({ id: '1', origin: 'wire', inInterface: 'eth0', forwardTo: 'eth1', bytes: broken });
  expect(outcome.verdict).toBe(verdict);
});
