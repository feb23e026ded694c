import { createToken, Lexer } from 'chevrotain';

/**
 * The words of a rule file. What a word means is never the lexer's business: whether `--dport` is an option or the text of a
 * comment depends on the option before it, and only the resolver knows that one's arity.
 */

/** Separates words. iptables-restore knows no other blanks. */
export const Blank = createToken({ name: 'Blank', pattern: /[ \t\n]+/, group: Lexer.SKIPPED, line_breaks: true });

/** A quoted piece; the closing quote ends the word it belongs to. Backslash takes the next byte as it is, whatever it is. */
export const Quoted = createToken({ name: 'Quoted', pattern: /"(?:[^"\\]|\\[^])*"/, line_breaks: true });

/** A quote that nothing closes: it swallows the rest of the line, its end included. */
export const OpenQuote = createToken({ name: 'OpenQuote', pattern: /"(?:[^"\\]|\\[^])*\\?/, line_breaks: true });

/** Everything else up to a blank or a quote. Single quotes, `#`, `:` and control bytes are ordinary. */
export const Piece = createToken({ name: 'Piece', pattern: /[\u0001-\u0008\u000b-\u001f!#-\uffff]+/ });

/** A word of a table or chain line, where quotes mean nothing. */
export const Name = createToken({ name: 'Name', pattern: /[\u0001-\u0008\u000b-\u001f!-\uffff]+/ });

/** First-character optimisation is demanded, so that a pattern which would disable it fails at start; lines are counted outside. */
const options = { ensureOptimizations: true, positionTracking: 'onlyOffset' } as const;

/** Reads a command: `-A INPUT ...`. */
export const commandLexer = new Lexer([Blank, Piece, Quoted, OpenQuote], options);

/** Reads what follows the mark of a table (`*`) or chain (`:`) line. */
export const nameLexer = new Lexer([Blank, Name], options);

export const vocabulary = [Blank, Piece, Quoted, OpenQuote, Name];
