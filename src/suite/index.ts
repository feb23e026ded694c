export { formatSuite, suiteNote, suiteOf, type Suite, type SuiteEntry, type SuiteOptions } from './suite.js';
