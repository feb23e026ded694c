import type { LanguageOptions } from '../generators/language.js';

const number = (name: string, otherwise: number): number => {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}=${text} is not a count`);
  return value;
};

/**
 * How much the lanes judge: `FERRULE_RULESETS` rule sets of each kind by `FERRULE_PACKETS` packets, from `FERRULE_SEED` on. The
 * seed is a new one for each run unless given, and printed with every failure.
 */
export const settings = {
  rulesets: number('FERRULE_RULESETS', 4),
  packets: number('FERRULE_PACKETS', 300),
  seed: number('FERRULE_SEED', Math.floor(Math.random() * 1_000_000) * 1000),
} as const;

/** Rule sets of a world: half as many where every form is drawn, so that both together take no longer. */
export const rulesetsOf = ({ forms }: LanguageOptions): number => (forms === undefined ? settings.rulesets : Math.ceil(settings.rulesets / 2));
