import type { Command } from '../command.js';
import { explain } from './explain.js';
import { fmt } from './fmt.js';
import { trace } from './trace.js';
import { translate } from './translate.js';
import { verify } from './verify.js';

/** Every command, in the order the overview lists them. */
export const commands: readonly Command[] = [translate, trace, verify, fmt, explain];
