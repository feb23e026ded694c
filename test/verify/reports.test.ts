import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../src/diagnostics/index.js';
import { readInput } from '../../src/verify/read.js';
import { verificationReport } from '../../src/verify/report/findings.js';
import { renderFindings } from '../../src/verify/report/formats.js';
import { verificationDocument } from '../../src/verify/report/json.js';
import { differencesText } from '../../src/verify/report/text.js';
import { summaryLines } from '../../src/verify/report/words.js';
import { verify } from '../../src/verify/verify.js';
import { table } from './inputs.js';

const drawn = reportFormats.filter((format) => format !== 'text' && format !== 'json');

/** What must not get out of its place: markup, commands, line ends, escapes. */
const evil = [']]></failure>', '<script>', '"\'&', '::error::x', '%0A::warning::y', '|a|b|', '`code`', '[link](x)', '\u001b[31m', '\u202e', '\u0007'].join(' ');
const name = '<x>&|`*';

const hostile = {
  left: table('filter', `:${name} -`, `-A INPUT -i "e|<&" -m comment --comment "${evil.replaceAll('"', '')}" -j ${name}`, `-A ${name} -m string --string "${evil.replace(/["\\|]/g, '')}" --algo bm -j DROP`, `-A ${name} -j LOG --log-prefix "::error::"`, `-A ${name} -s 10.0.0.0/8 -j DROP`),
  right: table('filter', ':INPUT ACCEPT'),
};
const files = { left: 'a<b>&"|\n::error file=x::.rules', right: "b'%0A`\u001b[2J.rules" };

function compared(left: string, right: string, leftFile: string, rightFile: string) {
  const inputs = ([[left, leftFile], [right, rightFile]] as const).map(([text, file]) => {
    const { value, diagnostics } = readInput(text, { file, family: 4 });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (value === undefined) throw new Error('unreadable');
    return value;
  });
  const [one, other] = inputs;
  if (one === undefined || other === undefined) throw new Error('two sides');
  const verification = verify(one, other);
  if (verification.kind === 'gave-up') throw new Error('gave up');
  return { verification, inputs: { left: one, right: other } };
}

const plain = compared(table('filter', ':INPUT DROP', '-A INPUT -p udp -m udp --dport 53 -j ACCEPT'), table('filter', ':INPUT DROP', '-A INPUT -p udp -m udp --dport 54 -j ACCEPT'), 'dir name/left.rules', 'right.rules');
const wild = compared(hostile.left, hostile.right, files.left, files.right);

const rendered = ({ verification, inputs }: typeof plain, format: (typeof drawn)[number]): string => renderFindings(verificationReport(verification, inputs, []), format, '0.0.0');

describe('SARIF', () => {
  interface Log {
    readonly version: string;
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string; readonly ruleIndex: number; readonly level: string; readonly message: { readonly text: string };
        readonly locations: readonly Location[]; readonly relatedLocations: readonly Location[];
      }[];
    }[];
  }
  interface Location {
    readonly id: number;
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: { readonly startLine: number } };
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
  }

  it('2.1.0: a result for each difference, at the deciding rules of both sides', () => {
    const log = JSON.parse(rendered(plain, 'sarif')) as Log;
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['different']);
    const [result, ...more] = run?.results ?? [];
    expect(more).toEqual([]);
    expect(result).toMatchObject({ ruleId: 'different', ruleIndex: 0, level: 'error' });
    expect(result?.locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri)).toEqual(['dir%20name/left.rules', 'right.rules']);
    expect(result?.locations.map(({ physicalLocation }) => physicalLocation.region?.startLine).toSorted()).toEqual([2, 3]);
    expect(result?.relatedLocations.length).toBeGreaterThan(1);
    // Ids are unique within a result.
    const ids = [...(result?.locations ?? []), ...(result?.relatedLocations ?? [])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has URIs whatever the files are called', () => {
    const log = JSON.parse(rendered(wild, 'sarif')) as Log;
    for (const { locations } of log.runs[0]?.results ?? []) for (const { physicalLocation } of locations) expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w.!~*'()%/-]+$/);
  });
});

describe('JSON', () => {
  it('is what the contract says', () => {
    const document = JSON.parse(JSON.stringify(verificationDocument(plain.verification, plain.inputs))) as Record<string, unknown>;
    expect(document).toMatchObject({
      equivalent: false,
      modulo: [],
      differences: [
        {
          hook: 'INPUT',
          kind: 'verdict',
          witness: { packet: expect.stringMatching(/^udp /) as string, hex: expect.stringMatching(/^45[0-9a-f]+$/) as string, topology: { ifaces: expect.anything() as unknown }, before: [], replayable: true },
          left: { outcome: expect.any(String) as string, path: expect.arrayContaining([expect.objectContaining({ hook: 'INPUT', table: 'filter', chain: 'INPUT' })]) as unknown[], deciding: { file: 'dir name/left.rules' } },
          right: { outcome: expect.any(String) as string, path: expect.any(Array) as unknown[] },
          region: [expect.objectContaining({ protocol: ['udp'], 'destination port': ['53', '54'] })],
          complete: true,
        },
      ],
    });
  });
});

describe('JUnit', () => {
  it('has a case for each hook, and fails where they differ', () => {
    const text = rendered(plain, 'junit');
    expect(text).toContain('tests="3" failures="1"');
    expect(text.match(/<testcase /g)).toHaveLength(3);
    expect(text).toMatch(/<testcase classname="IPv4" name="FORWARD is equal"\/>/);
  });
});

describe('GitHub annotations', () => {
  it('stand at both deciding rules', () => {
    const lines = rendered(plain, 'github').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=dir name\/left\.rules,line=\d,title=different::left: /);
    expect(lines[1]).toMatch(/^::error file=right\.rules,line=\d,title=different::right: /);
  });
});

describe('Markdown', () => {
  it('is one row a hook', () => {
    const rows = rendered(plain, 'markdown').split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 3);
    for (const row of rows) expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(5);
  });
});

describe('hostile texts', () => {
  it('are somewhere in the reports at all', () => {
    expect(rendered(wild, 'sarif')).toContain('script');
  });

  it('drive no terminal', () => {
    const text = differencesText(wild.verification.kind === 'different' ? wild.verification.differences : [], wild.inputs);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
  });

  it('open no element of XML', () => {
    const text = rendered(wild, 'junit');
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(text.replace(/<\/?(\?xml|testsuites|testsuite|testcase|failure|system-out)\b[^<>]*>/g, '')).not.toMatch(/[<>]/);
    expect([...text.matchAll(/&(?!(amp|lt|gt|quot|apos);)/g)]).toEqual([]);
  });

  it('issue no workflow command of their own', () => {
    const lines = rendered(wild, 'github').trimEnd().split('\n');
    const differences = wild.verification.kind === 'different' ? wild.verification.differences.length : 0;
    expect(lines.length).toBeLessThanOrEqual(2 * differences);
    for (const line of lines) expect(line).toMatch(/^::error (file=[^:,]*,line=\d+,)?title=different::/);
  });

  it('leave the cells of a table alone', () => {
    const text = rendered(wild, 'markdown');
    for (const row of text.split('\n').filter((line) => line.startsWith('|'))) expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(5);
    expect(text.replaceAll('<br>', '')).not.toMatch(/(?<!\\)[<>`[]/);
  });

  it('are lines of their own in no summary', () => {
    for (const line of summaryLines(wild.verification)) expect(line.startsWith('  ') || /^(different|equivalent): /.test(line)).toBe(true);
  });
});
