import { catalogue } from '../codes/index.js';
import type { Diagnostic } from '../diagnostic.js';

/** SARIF 2.1.0, one run, as code scanning services read it. */
export function renderSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map((d) => d.code))].sort();
  const pages: Readonly<Record<string, { readonly page: string } | undefined>> = catalogue;
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ferrule',
            version,
            rules: codes.map((id) => ({ id, fullDescription: { text: pages[id]?.page ?? id } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((d) => ({
          ruleId: d.code,
          ruleIndex: codes.indexOf(d.code),
          level: d.severity,
          message: { text: d.hint === undefined ? d.message : `${d.message}\n${d.hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(d.file) },
                region: { startLine: Math.max(1, d.line), startColumn: Math.max(1, d.column), endColumn: Math.max(2, d.endColumn) },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
