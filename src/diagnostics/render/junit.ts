import type { Diagnostic } from '../diagnostic.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** XML 1.0 has no form at all for most control characters; they become U+FFFD. */
export const xml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => escapes[char] ?? char).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, '\ufffd');

/** One test case a diagnostic; errors fail, the rest pass with their text as output. */
export function renderJunit(diagnostics: readonly Diagnostic[]): string {
  const failures = diagnostics.filter((d) => d.severity === 'error').length;
  const cases = diagnostics.map((d) => {
    const body = `${d.file}:${d.line}:${d.column}: ${d.message}${d.hint === undefined ? '' : `\n${d.hint}`}`;
    const inner = d.severity === 'error' ? `<failure type="${xml(d.code)}" message="${xml(d.message)}">${xml(body)}</failure>` : `<system-out>${xml(body)}</system-out>`;
    return `    <testcase classname="${xml(d.file)}" name="${xml(`${d.code} at line ${d.line}`)}">${inner}</testcase>\n`;
  });
  if (cases.length === 0) cases.push('    <testcase classname="ferrule" name="no findings"/>\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="ferrule" tests="${cases.length}" failures="${failures}">\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
}
