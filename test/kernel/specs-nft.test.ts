import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dumpOf, familyOf, judgedSpecs, type Spec, specsAvailable } from '../specs.js';
import { available } from './available.js';
import { withHost } from './index.js';
import { faultOf, hostFor, isTranslation, optIn, translationOf } from './side-by-side.js';

/** Rules that the kernel takes. Every one is carried or stands in the ledger. */
const accepted = judgedSpecs.filter((spec) => spec.kernel_accepts);

/** This kernel has no `queue` expression: what is written for it is not judged, and counted apart. */
const lacksQueue = ({ file }: Spec): boolean => file === 'libxt_NFQUEUE.t' || file === 'libxt_QUEUE.t';

/** One line for each rule that is refused, `file:line families reason`: what nft 1.0.6 cannot say, measured or from its sources. */
const ledgerPath = new URL('./specs-refused.txt', import.meta.url);
const ledger = existsSync(ledgerPath) ? readFileSync(ledgerPath, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')) : [];

const show = process.env['FERRULE_SHOW'] !== undefined;

describe.runIf(specsAvailable)('upstream rules to nft', () => {
  const results = accepted.map((spec) => ({ spec, result: translationOf(familyOf(spec), dumpOf(spec)) }));

  it.each(['ipv4', 'ipv6'] as const)('carries at least 84 in 100 of %s', (family) => {
    const counted = results.filter(({ spec }) => spec.family === family && !lacksQueue(spec));
    const carried = counted.filter(({ result }) => isTranslation(result));
    if (show) console.log(`${family}: ${carried.length} of ${counted.length} carried, ${carried.filter(({ result }) => result.assumptions.some((id) => optIn.includes(id))).length} of them under assumptions accepted by name`);
    expect(carried.length / counted.length).toBeGreaterThanOrEqual(0.84);
  });

  it('refuses the others, each in the ledger, with the place, a reason and what nft can do', () => {
    const refused = results.flatMap(({ spec, result }) => (isTranslation(result) ? [] : [{ spec, errors: result.diagnostics.filter(({ severity }) => severity === 'error') }]));
    const vague = refused.filter(({ errors }) => errors.length === 0 || errors.some(({ line, hint, message }) => line !== 2 || message === '' || (hint ?? '') === '')).map(({ spec }) => `${spec.file}:${spec.line} ${spec.rule}`);
    expect(vague).toEqual([]);
    const lines = refused.map(({ spec: { file, line, family }, errors }) => `${file}:${line} ${family} ${errors[0]?.message ?? ''}`);
    if (show) console.log(lines.join('\n'));
    expect(lines.sort()).toEqual([...ledger].sort());
  });
});

/** Every eighth rule; all of them with FERRULE_SPECS=all, or those of one file with its name. */
const wanted = process.env['FERRULE_SPECS'];
const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const chosen = ({ file }: Spec, index: number): boolean => (wanted === undefined ? (index + seed) % 8 === 0 : wanted === 'all' || file.includes(wanted));

/** So that a packet shows whether the rule matched. */
const shownBy = ({ rule, table }: Spec): string => (/(^| )(-j|-g|--jump|--goto) /.test(rule) || table === 'nat' ? '' : ' -j DROP');

describe.runIf(specsAvailable && available().ok)('upstream rules judge in nft as they do in legacy', () => {
  const cases = accepted.filter((spec) => !lacksQueue(spec)).filter(chosen);
  const groups = [...new Map(cases.map((spec) => [`${spec.file}, ${spec.family}`, spec])).keys()];

  it.each(groups)('%s', async (group) => {
    const here = cases.filter((spec) => `${spec.file}, ${spec.family}` === group).map((spec) => translationOf(familyOf(spec), dumpOf(spec, shownBy(spec)))).filter(isTranslation);
    if (here.length === 0) return;
    const topology = hostFor(here);
    await withHost(topology, async (host) => {
      const faults: string[] = [];
      for (const one of here) {
        const fault = await faultOf(one, topology, host);
        if (fault !== undefined) faults.push(fault);
      }
      expect(faults.join('\n\n')).toBe('');
    });
  }, 600_000);
});
