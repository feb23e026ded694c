import { catalogue, type Diagnostic } from '../../diagnostics/index.js';
import { findingsOf, type Finding, type NotedPlace, type Report } from './finding.js';

/** SARIF 2.1.0: one result a finding, at the deciding rule of each side, with the rules on the way as related places. */
export function findingSarif(report: Report, version: string): string {
  const findings = findingsOf(report);
  const codes = [...new Set([...findings.map(({ code }) => code), ...report.diagnostics.map(({ code }) => code)])].sort();
  const pages: Readonly<Record<string, { readonly page: string } | undefined>> = catalogue;
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ferrule', version, rules: codes.map((id) => ({ id, fullDescription: { text: pages[id]?.page ?? id } })) } },
        columnKind: 'utf16CodeUnits',
        results: [...findings.map((finding) => resultOf(finding, codes)), ...report.diagnostics.map((diagnostic) => diagnosticResult(diagnostic, codes))],
        properties: { summary: report.summary },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const resultOf = ({ code, title, text, places, related, properties }: Finding, codes: readonly string[]): unknown => ({
  ruleId: code,
  ruleIndex: codes.indexOf(code),
  level: 'error',
  message: { text: `${title}\n${text}` },
  locations: places.map((noted, index) => locationOf(noted, index)),
  relatedLocations: related.map((noted, index) => locationOf(noted, places.length + index)),
  properties,
});

function locationOf({ place, message }: NotedPlace, id: number): unknown {
  const { file, line, name, text } = place;
  return {
    id,
    message: { text: message },
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(line === undefined ? {} : { region: { startLine: line, ...(text === undefined ? {} : { snippet: { text } }) } }) },
    logicalLocations: [{ fullyQualifiedName: name }],
  };
}

/** A URI reference: relative paths stay so; what a URI cannot hold is escaped. */
const uriOf = (file: string): string => file.replace(/[\ud800-\udfff]/gu, '\ufffd').split('/').map(encodeURIComponent).join('/');

const diagnosticResult = ({ code, severity, message, hint, file, line, column, endColumn }: Diagnostic, codes: readonly string[]): unknown => ({
  ruleId: code,
  ruleIndex: codes.indexOf(code),
  level: severity,
  message: { text: hint === undefined ? message : `${message}\n${hint}` },
  locations: file === '' ? [] : [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(line > 0 ? { region: { startLine: line, startColumn: Math.max(1, column), endColumn: Math.max(2, endColumn) } } : {}) } }],
});
