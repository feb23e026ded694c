import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import { available } from './available.js';
import { canonicalTables } from './canonical.js';
import { randomFrom } from './mutate.js';
import { openRestoreBench, type RestoreBench } from './restore.js';

const ready = available().ok;
const count = Number(process.env['FERRULE_COMMANDS'] ?? 150);
const firstSeed = Number(process.env['FERRULE_SEED'] ?? 1);

const chains = ['INPUT', 'FORWARD', 'OUTPUT', 'a', 'b', 'LOG', '-x', 'nosuch', 'PREROUTING'];
const tests = ['-s 10.0.0.1', '-s 10.0.0.1,10.0.0.2', '-d 10.0.0.0/8', '! -s 10.0.0.1', '-i eth0', '-i +', '-o eth1', '-p tcp', '-p tcp --dport 80', '-m comment --comment "a b"', '-f', '-c 3 4', '-m mac --mac-source 02:00:00:00:00:01', '-6', '-4', '-m owner --uid-owner 0', '-p icmp -m icmp --icmp-type 8'];
const jumps = ['-j ACCEPT', '-j DROP', '-j RETURN', '-j a', '-j b', '-g a', '-g b', '-j LOG', '-j LOG --log-prefix x', '-j INPUT', '-j nosuch', '', '-j QUEUE', '-j REJECT', '-j -x', '-j REJECT --reject-with tcp-reset'];

/** A file of commands, most of which work. */
function commands(seed: number): string {
  const random = randomFrom(seed);
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? '';
  // Faults end the reading of a file, so the likely choices come first.
  const chain = (): string => (random(8) > 0 ? pick(chains.slice(0, 5)) : pick(chains));
  const spec = (): string => {
    const parts = Array.from({ length: random(3) }, () => (random(3) > 0 ? pick(tests.slice(0, 11)) : pick(tests)));
    const jump = random(6) > 0 ? pick(jumps.slice(0, 7)) : pick(jumps);
    return [...parts, jump].filter((part) => part !== '').join(' ');
  };
  const written: string[] = [];
  const line = (): string => {
    const kind = random(20);
    if (kind < 9) {
      const rule = `${chain()} ${spec()}`;
      written.push(rule);
      return `${random(9) === 0 ? '[1:2] ' : ''}-A ${rule}`;
    }
    if (kind < 12) return `-I ${chain()} ${pick(['', '1', '2', '3'])} ${spec()}`;
    if (kind < 14 && written.length > 0) return `-D ${pick(written)}`;
    switch (kind) {
      case 14: return `-D ${chain()} ${1 + random(3)}`;
      case 15: return `-R ${chain()} ${1 + random(2)} ${spec()}`;
      case 16: return pick(['-F', `-F ${chain()}`, `-Z ${chain()}`, '-Z', `-Z ${chain()} 1`]);
      case 17: return pick(['-X', `-X ${chain()}`, `-N ${pick(['c', 'd', 'LOG', 'tcp', '-y'])}`]);
      case 18: return `-E ${chain()} ${pick(['c', 'e', '"b c"', 'INPUT', 'LOG'])}`;
      default: return `-P ${chain()} ${pick(['ACCEPT', 'DROP', 'DROP -c 1 2', 'RETURN'])}`;
    }
  };
  const head = [':a - [0:0]', ':b -', ...(random(3) === 0 ? [':LOG -'] : []), ...(random(4) === 0 ? [':-x - [1:2]'] : []), ...(random(3) === 0 ? [':INPUT DROP [5:6]'] : [])];
  const body = Array.from({ length: 1 + random(9) }, line);
  const table = pick(['filter', 'filter', 'mangle', 'raw', 'nat', 'security']);
  const again = random(4) === 0 ? `*${table}\n:a -\n-A INPUT -j ACCEPT\nCOMMIT\n` : '';
  return `*${table}\n${[...head, ...body].join('\n')}\nCOMMIT\n${again}`;
}

describe.skipIf(!ready)('random commands do what they do in the kernel\'s tools', () => {
  let bench: RestoreBench;
  const reset = ['raw', 'mangle', 'nat', 'filter', 'security']
    .map((table) => `*${table}\n${['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].map((chain) => `:${chain} ACCEPT`).join('\n')}\nCOMMIT\n`)
    .map((text) => text.replace(/\*raw[^*]*/, '*raw\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n').replace(/(\*(?:filter|security)\n):PREROUTING ACCEPT\n([^*]*):POSTROUTING ACCEPT\n/, '$1$2').replace(/(\*nat\n[^*]*):FORWARD ACCEPT\n/, '$1'))
    .join('');

  beforeAll(async () => {
    bench = await openRestoreBench();
  });
  afterAll(() => bench.close());

  test(`${count} files from seed ${firstSeed}`, { timeout: 3_600_000 }, async () => {
    const disagreements: unknown[] = [];
    let taken = 0;
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const text = commands(seed);
      expect((await bench.restore(4, Buffer.from(reset))).error).toBe('');
      const answer = await bench.restore(4, Buffer.from(text));
      // The tool itself crashes on -R with -6: a refusal.
      const { value, diagnostics } = parse(text, { file: 'random', family: 4 });
      const errors = diagnostics.filter((one) => one.severity === 'error').map((one) => `${one.line}: ${one.message}`);
      if ((answer.status === 0) !== (errors.length === 0)) {
        disagreements.push({ seed, text, kernel: answer.error, errors });
        continue;
      }
      if (answer.status !== 0 || diagnostics.some((one) => one.code === 'lossy-save')) continue;
      taken += 1;
      const saved = canonicalTables(await bench.save(4));
      for (const table of value.tables) {
        const ours = print({ ...value, tables: [table] }, { counters: false }).value;
        // Chains with blanks in their names cannot be read back from the kernel's text.
        if (!ours.includes('\n-E ') && ours !== saved.get(table.name)) disagreements.push({ seed, text, ours, kernel: saved.get(table.name) });
      }
    }
    expect(disagreements).toEqual([]);
    expect(taken).toBeGreaterThan(count / 10);
  });
});
