import { decodeBytes } from '../../src/ir/index.js';
import { defaultAssumptions, type AssumptionId } from '../../src/ir/index.js';
import { acceptedCorpus } from '../corpus.js';
import { against, loadedBy, stockTranslation } from './stock.js';
import { readIptables } from '../../src/verify/read.js';

/**
 * Every real dump against what `iptables-restore-translate` makes of it, one line each: `npx tsx test/kernel/stock-corpus.ts [PART]`, as
 * docs/stock-translator.md has it. Assumptions are taken as our own output takes them, so that odd packets alone are no difference.
 */
const assume = (Object.keys(defaultAssumptions) as AssumptionId[]).filter((id) => id !== 'syn-with-mss' && id !== 'untagged-frames' && id !== 'unfragmented-packets');
const part = process.argv[2] ?? '';
const budget = 2_000_000;
const counts = new Map<string, number>();
const say = (name: string, kind: string, more = ''): void => {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  console.log(`${name}: ${kind}${more === '' ? '' : ` (${more})`}`);
};

for (const { name, family, bytes, sets } of acceptedCorpus()) {
  if (!name.includes(part)) continue;
  const rules = decodeBytes(bytes);
  if (readIptables([{ text: rules, file: name, family }], []).value === undefined) {
    say(name, 'not read');
    continue;
  }
  const translated = await stockTranslation(family, rules);
  if ('failed' in translated) {
    say(name, sets === undefined ? 'stops' : 'stops at its sets', translated.failed.split('\n')[0]);
    continue;
  }
  const comments = translated.script.split('\n').filter((line) => /^# -/.test(line)).length;
  const lost = comments === 0 ? '' : `${comments} rules became comments`;
  const loaded = await loadedBy(translated.script);
  if (loaded.kind === 'refused') {
    say(name, 'does not load', loaded.words.split('\n').find((line) => line.includes('Error'))?.slice(0, 160) ?? '');
    continue;
  }
  const verification = against(family, rules, loaded.input, { assume, budget, file: name });
  if (verification.kind === 'gave-up') say(name, 'gave up');
  else if (verification.kind === 'equivalent') say(name, 'equal', lost);
  else {
    const shown = verification.differences.map(({ hook, witness, left, right }) => `${hook}: ${witness?.words ?? '?'}: ${left?.outcome ?? '?'} [line ${left?.deciding?.line ?? '?'}] / ${right?.outcome ?? '?'}`);
    say(name, 'different', [lost, ...new Set(loaded.unread), ...shown].filter((text) => text !== '').join('; '));
  }
}
console.log(Object.fromEntries(counts));
