import { xml } from '../../diagnostics/index.js';
import type { Case, Report } from './finding.js';

/** One test case for each question; what does not hold fails. */
export function findingJunit({ name, cases, summary }: Report): string {
  const failures = cases.filter(({ finding }) => finding !== undefined).length;
  const shown = cases.length === 0 ? ['    <testcase classname="ferrule" name="nothing to compare"/>\n'] : cases.map(caseText);
  const output = summary.length === 0 ? '' : `    <system-out>${xml(summary.join('\n'))}</system-out>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="${xml(`ferrule ${name}`)}" tests="${shown.length}" failures="${failures}">\n${shown.join('')}${output}  </testsuite>\n</testsuites>\n`;
}

function caseText({ group, name, finding }: Case): string {
  const open = `    <testcase classname="${xml(group)}" name="${xml(name)}"`;
  if (finding === undefined) return `${open}/>\n`;
  return `${open}><failure type="${xml(finding.code)}" message="${xml(finding.title)}">${xml(finding.text)}</failure></testcase>\n`;
}
