import { diagnose, hasErrors, nearest, type Diagnostic, type Result } from '../diagnostics/index.js';
import { isYamlProblem, readYaml, type YamlEntry, type YamlNode } from '../packet/yaml.js';
import { dimensions, readDimension, type Zones } from './dimensions.js';
import { shown, type Report } from './say.js';
import type { End, PacketSet, Statement } from './statement.js';

/** Reads a policy file, YAML or JSON: a list of statements, or a mapping of `zones` and `statements`. Undefined when there is an error. */
export function readPolicy(text: string, { file }: { readonly file: string }): Result<readonly Statement[] | undefined> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (code, parameters, source, hint) => {
    diagnostics.push(diagnose(code, parameters, { file, ...source }, hint === undefined ? {} : { hint }));
    return undefined;
  };
  const node = readYaml(text);
  if (isYamlProblem(node)) {
    report('policy-syntax', { problem: node.problem }, node.source, node.hint);
    return { value: undefined, diagnostics };
  }
  const statements = readDocument(node, report);
  return { value: hasErrors(diagnostics) ? undefined : statements, diagnostics };
}

function readDocument(node: YamlNode, report: Report): readonly Statement[] {
  if (node.kind !== 'mapping') return readStatements(node, new Map(), report);
  known(node.entries, 'the policy', ['zones', 'statements'], report);
  const zones = readZones(node.entries.find(({ key }) => key === 'zones'), report);
  const statements = node.entries.find(({ key }) => key === 'statements');
  if (statements !== undefined) return readStatements(statements.value, zones, report);
  report('policy-value', { where: 'the policy', wanted: 'a list of statements', text: 'none' }, node.source, 'write them under `statements:`');
  return [];
}

/** Names for groups of interfaces and prefixes. */
function readZones(entry: YamlEntry | undefined, report: Report): Zones {
  const zones = new Map<string, readonly End[]>();
  if (entry === undefined) return zones;
  if (entry.value.kind !== 'mapping') {
    report('policy-value', { where: 'zones', wanted: 'names with interfaces or prefixes', text: shown(entry.value) }, entry.value.source);
    return zones;
  }
  for (const { key, value } of entry.value.entries) zones.set(key, readDimension('from', value, zones, report).from ?? []);
  return zones;
}

function readStatements(node: YamlNode, zones: Zones, report: Report): readonly Statement[] {
  if (node.kind !== 'sequence') {
    report('policy-value', { where: 'the policy', wanted: 'a list of statements', text: shown(node) }, node.source);
    return [];
  }
  const names = new Set<string>();
  return node.items.flatMap((item, index) => {
    const statement = readStatement(item, index + 1, zones, report);
    if (statement === undefined) return [];
    if (names.has(statement.name)) report('policy-value', { where: 'name', wanted: 'a name that no other statement has', text: JSON.stringify(statement.name) }, statement.source);
    names.add(statement.name);
    return [statement];
  });
}

function readStatement(node: YamlNode, number: number, zones: Zones, report: Report): Statement | undefined {
  const where = `statement ${number}`;
  if (node.kind !== 'mapping') return report('policy-value', { where, wanted: 'a mapping with `forbid` or `allow`', text: shown(node) }, node.source);
  known(node.entries, where, ['name', 'forbid', 'allow'], report);
  const name = node.entries.find(({ key }) => key === 'name')?.value;
  if (name !== undefined && name.kind !== 'scalar') return report('policy-value', { where: 'name', wanted: 'words', text: shown(name) }, name.source);
  const bodies = node.entries.filter(({ key }) => key === 'forbid' || key === 'allow');
  const [body] = bodies;
  if (body === undefined || bodies.length > 1) return report('policy-value', { where, wanted: 'one of `forbid` and `allow`', text: body === undefined ? 'none' : 'both' }, node.source);
  const mode = body.key === 'allow' ? 'allow' : 'forbid';
  return { name: name?.text ?? where, mode, packets: readPackets(body, zones, report), source: body.keySource };
}

function readPackets({ key, value }: YamlEntry, zones: Zones, report: Report): PacketSet {
  if (value.kind === 'scalar' && (value.text === 'everything' || value.text === 'any')) return {};
  if (value.kind !== 'mapping') {
    report('policy-value', { where: key, wanted: `what packets are like (${dimensions.join(', ')}), or everything`, text: shown(value) }, value.source);
    return {};
  }
  known(value.entries, key, dimensions, report);
  return value.entries.reduce<PacketSet>((packets, entry) => {
    const dimension = dimensions.find((one) => one === entry.key);
    return dimension === undefined ? packets : { ...packets, ...readDimension(dimension, entry.value, zones, report) };
  }, {});
}

function known(entries: readonly YamlEntry[], where: string, keys: readonly string[], report: Report): void {
  for (const { key, keySource } of entries) {
    if (keys.includes(key)) continue;
    const near = nearest(key, keys);
    report('policy-key', { where, key: JSON.stringify(key) }, keySource, near === undefined ? `keys are ${keys.join(', ')}` : `did you mean ${near}?`);
  }
}
