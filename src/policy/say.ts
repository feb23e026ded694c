import type { Code, catalogue, Parameters } from '../diagnostics/index.js';
import type { Source } from '../ir/index.js';
import type { YamlNode } from '../packet/yaml.js';

/** Says what is wrong at a place of the policy file. */
export type Report = <C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, source: Source, hint?: string) => undefined;

/** What was written instead, in short. */
export const shown = (node: YamlNode): string => (node.kind === 'scalar' ? JSON.stringify(node.text.length > 40 ? `${node.text.slice(0, 37)}...` : node.text) : node.kind === 'sequence' ? 'a list' : 'a mapping');
