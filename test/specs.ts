import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from '../grammar/index.js';
import { jumpExtensions } from '../grammar/jumps/index.js';
import { matchExtensions } from '../grammar/matches/index.js';
import { names } from './names.js';

/** One upstream rule with what the kernel's own tools made of it. */
export interface Spec {
  readonly file: string;
  readonly line: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  readonly kernel_accepts: boolean;
  readonly legacy_save?: string;
}

const path = resolve(process.env['FERRULE_SHARED'] ?? '../shared', 'reference/specs.jsonl');

/** The rules are third-party data, read where they are and never kept here. */
export const specsAvailable = existsSync(path);
if (!specsAvailable) console.warn(`specs: ${path} is not there; the upstream rules were not judged`);

export const specs: readonly Spec[] = specsAvailable
  ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Spec)
  : [];

/** Extensions that the kernel of the specs lacks: it refuses all of them, well-formed or not. */
const unjudged: ReadonlySet<string> = new Set([
  ...Object.values(matchExtensions).flatMap((extension) => (extension.unjudged === true ? extension.modules : [])),
  ...Object.values(jumpExtensions).flatMap((extension) => (extension.unjudged === true ? [extension.target] : [])),
]);

const subject = ({ file }: Spec): string => /^lib(?:xt|ipt|ip6t)_(\w+)\.t$/.exec(file)?.[1] ?? '';

export const isUnjudged = (spec: Spec): boolean => unjudged.has(subject(spec));

/** Refused only because a set or an object is not loaded, which is not asked here: they need not exist. */
const lacksObject = ({ file, rule }: Spec): boolean =>
  /^libxt_(set|SET)\.t$/.test(file) ? rule.includes('-set foo src,dst') : file === 'libxt_nfacct.t' && rule.includes('--nfacct-name wrong');

export const judgedSpecs = specs.filter((spec) => !isUnjudged(spec) && !lacksObject(spec));

export const familyOf = ({ family }: Spec): 4 | 6 => (family === 'ipv4' ? 4 : 6);

export const dumpOf = ({ table, chain, rule }: Spec, jump = ''): string => `*${table}\n-A ${chain} ${rule}${jump}\nCOMMIT\n`;

export const readSpec = (spec: Spec, jump = '') => parse(dumpOf(spec, jump), { file: 'spec', family: familyOf(spec), names });

export const nameOf = ({ file, line, family, rule }: Spec): string => `${file}:${line} ${family} ${rule}`;
