import { describe, expect, test } from 'vitest';
import { encodeText } from '../../src/ir/index.js';
import { appended, readForms, type Form } from '../grammar/forms.js';
import { available } from './available.js';
import { openRestoreBench, type RestoreBench } from './restore.js';

/** What save prints of these rules, all in one chain, or `!!`. The table is emptied first, so that no rule meets another's state. */
async function kernel(bench: RestoreBench, { family, table, chain }: Form, rules: readonly string[]): Promise<string> {
  await bench.restore(family, encodeText(`*${table}\nCOMMIT\n`));
  const { status } = await bench.restore(family, encodeText(`*${table}\n${rules.map((rule) => `-A ${chain} ${rule}`).join('\n')}\nCOMMIT\n`));
  if (status !== 0) return '!!';
  const saved = await bench.save(family);
  const start = saved.indexOf(`*${table}\n`);
  return appended(saved.slice(start, saved.indexOf('COMMIT', start)), chain);
}

/** Rules of one name share a table, an estimator or a timer in the kernel, so each of these is loaded alone. */
const alone = ({ rule, kernel: expected }: Form): boolean => expected === '!!' || /hashlimit|RATEEST|IDLETIMER/.test(rule);

describe.skipIf(!available().ok)('the recorded forms are what this kernel and its tools do', () => {
  test('restore and save', async () => {
    const bench = await openRestoreBench();
    const wrong: unknown[] = [];
    const check = async (forms: readonly Form[]): Promise<boolean> => {
      const [first] = forms;
      if (first === undefined) return true;
      const got = await kernel(bench, first, forms.map(({ rule }) => rule));
      const expected = forms.map((form) => form.kernel).filter((text) => text !== '' || forms.length === 1).join(' || ');
      if (got === expected) return true;
      if (forms.length === 1) wrong.push({ form: first, got });
      return false;
    };
    try {
      await bench.loadSets('create foo hash:ip\ncreate bar hash:ip,port\n');
      const forms = readForms();
      for (const form of forms.filter(alone)) await check([form]);
      const together = new Map<string, Form[]>();
      for (const form of forms.filter((one) => !alone(one) && one.kernel !== '')) {
        const key = `${form.family} ${form.table} ${form.chain}`;
        const group = together.get(key);
        if (group === undefined) together.set(key, [form]);
        else group.push(form);
      }
      for (const group of together.values()) if (!(await check(group))) for (const form of group) await check([form]);
      expect(wrong).toEqual([]);
    } finally {
      await bench.close();
    }
  }, 180_000);
});
