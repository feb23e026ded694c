/** The library: everything here is pure, without access to files or processes, so that it runs in a browser too. */
export { parse, parseSets, print, printRule, type NameService, type ParseOptions } from '../grammar/index.js';
export { createInterpreter, type Interpreter, type InterpreterOptions } from '../targets/interpreter/index.js';
export { checkTranslation, type Check } from './check/index.js';
export * from './diagnostics/index.js';
export * from './ir/index.js';
export { lower } from './lower/index.js';
export { buildPacket, describePacket, formatOutcome, parsePacketLines, parseTopology, parseWords } from './packet/index.js';
export { deriveTopology, probe } from './probe/index.js';
export { translate, type TranslateOptions } from './translate.js';
export { validateIptables, validateNft, type NftOutput, type ValidateNftOptions, type Validation } from './validate/index.js';
export { version } from './version.js';
