import type { KeyedTest } from '../../../../src/ir/index.js';
import { connlimit } from './connlimit.js';
import type { LowerExternal } from './index.js';
import { meter } from './meter.js';
import { enter, forget, listed, remember } from './tables.js';

/** Tests of tables of keys, which dynamic sets carry. */
export const keyed: { readonly [K in KeyedTest['kind']]: LowerExternal<K> } = { connlimit, meter, remember, enter, listed, forget };
