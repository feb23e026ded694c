import { cliCodes } from './cli.js';
import { loweringCodes } from './lowering.js';
import { optionsCodes } from './options.js';
import { packetsCodes } from './packets.js';
import { placementCodes } from './placement.js';
import { restoreCodes } from './restore.js';
import { syntaxCodes } from './syntax.js';
import { targetsCodes } from './targets.js';
import { valuesCodes } from './values.js';
import { verifyCodes } from './verify.js';

/** Every diagnostic there is. Codes are stable: tools match on them. */
export const catalogue = {
  ...syntaxCodes,
  ...optionsCodes,
  ...valuesCodes,
  ...restoreCodes,
  ...placementCodes,
  ...loweringCodes,
  ...targetsCodes,
  ...packetsCodes,
  ...cliCodes,
  ...verifyCodes,
} as const;

export type Code = keyof typeof catalogue;
