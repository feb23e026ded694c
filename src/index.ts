/** The library: everything here is pure, without access to files or processes, so that it runs in a browser too. */
export { parse, parseFingerprints, parseSets, print, printRule, type NameService, type ParseOptions } from '../grammar/index.js';
export { createInterpreter, type Interpreter, type InterpreterOptions } from '../targets/interpreter/index.js';
export { checkTranslation, type Check } from './check/index.js';
export * from './diagnostics/index.js';
export * from './ir/index.js';
export { lower } from './lower/index.js';
export { buildPacket, describePacket, formatOutcome, parsePacketLines, parseTopology, parseWords } from './packet/index.js';
export { askPolicy, readPolicy, type PolicyAnswer, type PolicyFailure, type PolicyOptions, type PolicyOutcome, type Statement as PolicyStatement } from './policy/index.js';
export { deriveTopology, probe } from './probe/index.js';
export { formatSuite, suiteNote, suiteOf, type Suite, type SuiteEntry, type SuiteOptions } from './suite/index.js';
export { translate, type TranslateOptions } from './translate.js';
export { validateIptables, validateNft, type NftOutput, type ValidateNftOptions, type Validation } from './validate/index.js';
export { readInput, readIptables, readNftListing, type ListingOptions, type ReadInputOptions } from './verify/read.js';
export * from './verify/result.js';
export { iptablesInput, type Input } from './verify/sides.js';
export { verify, type VerifyOptions } from './verify/verify.js';
export { version } from './version.js';
