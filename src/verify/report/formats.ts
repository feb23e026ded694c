import type { ReportFormat } from '../../diagnostics/index.js';
import { findingGithub } from './github.js';
import type { Report } from './finding.js';
import { findingJunit } from './junit.js';
import { findingMarkdown } from './markdown.js';
import { findingSarif } from './sarif.js';

type Drawn = Exclude<ReportFormat, 'text' | 'json'>;

const renderers: { readonly [F in Drawn]: (report: Report, version: string) => string } = { sarif: findingSarif, junit: findingJunit, github: findingGithub, markdown: findingMarkdown };

/** A report in one of the formats for machines and reviews. */
export const renderFindings = (report: Report, format: Drawn, version: string): string => renderers[format](report, version);
