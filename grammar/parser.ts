import { EmbeddedActionsParser, type IToken, type Lexer } from 'chevrotain';
import type { Word } from './extension.js';
import { commandLexer, Name, nameLexer, OpenQuote, Piece, Quoted, vocabulary } from './tokens.js';

/** `*filter`: what stands behind the table's name is ignored, as by iptables-restore. */
export interface TableLine {
  readonly name?: Word;
}

/** `:INPUT DROP [0:0]`. */
export interface ChainLine {
  readonly chain?: Word;
  readonly policy?: Word;
  readonly counters?: Word;
}

/** The words of a command. `open` tells that the last one began with a quote that nothing closes. */
export interface CommandLine {
  readonly words: readonly Word[];
  readonly open: boolean;
}

/**
 * One parser call per physical line, so that a fault in one line cannot hide another. Recovery stays off: a firewall rule must
 * not be repaired with invented tokens.
 */
class LineParser extends EmbeddedActionsParser {
  /** Columns of the words on their line: where the text given to the lexer begins, from 0. */
  base = 0;
  private words: Word[] = [];
  private open = false;
  /** Offset at which a quoted piece would continue the last word; -1 when a quote has ended it. */
  private glue = -1;

  constructor() {
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false });
    this.performSelfAnalysis();
  }

  readonly table = this.RULE('table', (): TableLine => {
    const names = this.SUBRULE(this.names);
    return this.ACTION(() => {
      const [name] = names;
      return name === undefined ? {} : { name };
    });
  });

  readonly chain = this.RULE('chain', (): ChainLine => {
    const names = this.SUBRULE(this.names);
    return this.ACTION(() => {
      const [chain, policy, counters] = names;
      return {
        ...(chain === undefined ? {} : { chain }),
        ...(policy === undefined ? {} : { policy }),
        ...(counters === undefined ? {} : { counters }),
      };
    });
  });

  /** Written flat, with its closures made once: this rule runs for every word of every line. */
  readonly command = this.RULE('command', (): CommandLine => {
    this.words = [];
    this.glue = -1;
    this.open = false;
    this.MANY(this.readWord);
    return { words: this.words, open: this.open };
  });

  private readonly names = this.RULE('names', (): Word[] => {
    const names: Word[] = [];
    this.MANY(() => {
      const token = this.CONSUME(Name);
      this.ACTION(() => names.push(this.wordOf(token, token.image, token.image.length)));
    });
    return names;
  });

  private readonly readPiece = (): void => {
    const token = this.CONSUME(Piece);
    this.words.push(this.wordOf(token, token.image, token.image.length));
    this.glue = token.startOffset + token.image.length;
  };

  private readonly readQuoted = (): void => {
    this.addQuoted(this.CONSUME(Quoted));
  };

  private readonly readOpenQuote = (): void => {
    this.addQuoted(this.CONSUME(OpenQuote));
    this.open = true;
  };

  private readonly alternatives = [{ ALT: this.readPiece }, { ALT: this.readQuoted }, { ALT: this.readOpenQuote }];

  private readonly readWord = (): void => {
    this.OR(this.alternatives);
  };

  /** A quote right behind a piece continues its word. */
  private addQuoted(token: IToken): void {
    const last = this.words[this.words.length - 1];
    if (last !== undefined && this.glue === token.startOffset) {
      this.words[this.words.length - 1] = { ...last, text: last.text + unquote(token), endColumn: last.endColumn + token.image.length };
    } else {
      this.words.push(this.wordOf(token, unquote(token), token.image.length));
    }
    this.glue = -1;
  }

  private wordOf(first: IToken, text: string, length: number): Word {
    const column = this.base + first.startOffset + 1;
    return { text, column, endColumn: column + length };
  }
}

/** What iptables-restore keeps of a quoted piece. The end of the line inside an open quote is part of the text. */
function unquote(token: IToken): string {
  const inner = token.tokenType === Quoted ? token.image.slice(1, -1) : token.image.slice(1);
  return inner.includes('\\') ? inner.replace(/\\([^]?)/g, '$1') : inner;
}

const parser = new LineParser();

function run<T>(lexer: Lexer, text: string, base: number, rule: () => T): T {
  const { tokens, errors } = lexer.tokenize(text);
  parser.base = base;
  parser.input = tokens;
  const value = rule();
  // Every byte but NUL, which ends the line before this, belongs to some token, and the rules take any sequence of them.
  if (errors.length > 0 || parser.errors.length > 0) {
    throw new Error(`the line grammar must take every line: ${JSON.stringify(text)}`);
  }
  return value;
}

/** What follows `*`; `base` is the offset of `text` in its line. */
export const parseTableLine = (text: string, base: number): TableLine => run(nameLexer, text, base, () => parser.table());

/** What follows `:`. */
export const parseChainLine = (text: string, base: number): ChainLine => run(nameLexer, text, base, () => parser.chain());

/** A command, its newline included when it has one. */
export const parseCommandLine = (text: string, base: number): CommandLine => run(commandLexer, text, base, () => parser.command());
