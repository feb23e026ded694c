/** A piece of a script of nft. `line` and `column` count from 1. A `break` is the end of a line or a semicolon. */
export interface Token {
  readonly kind: 'word' | 'string' | 'sign' | 'break' | 'end';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const raw = /^@(?:ll|nh|th|ih),\d+,\d+/;
/** nft 1.0.6 says so of the port of a connection when it has lost sight of the protocol; the number is right. */
const untyped = /^0x[0-9a-f]+ \[invalid type\](?:-0x[0-9a-f]+ \[invalid type\])?/;
const signs = /^(?:<<|>>|!=|==|<=|>=|[{}(),<>&|^!=])/;
const word = /^[^\s{}(),;"<>&|^!=#]+/;

/** Words are whatever stands between spaces and signs; what they mean depends on where they stand. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const lines = text.split('\n');
  lines.forEach((content, index) => {
    const line = index + 1;
    let at = 0;
    const push = (kind: Token['kind'], length: number, shown = content.slice(at, at + length)): void => {
      tokens.push({ kind, text: shown, line, column: at + 1 });
      at += length;
    };
    while (at < content.length) {
      const rest = content.slice(at);
      const found = raw.exec(rest) ?? undefined;
      const port = untyped.exec(rest) ?? undefined;
      if (/^\s/.test(rest)) at += 1;
      else if (rest.startsWith('#')) break;
      else if (rest.startsWith('"')) {
        const close = rest.indexOf('"', 1);
        const length = close < 0 ? rest.length : close + 1;
        push('string', length, rest.slice(1, close < 0 ? undefined : close));
      } else if (rest.startsWith(';')) push('break', 1);
      else if (found !== undefined) push('word', found[0].length);
      else if (port !== undefined) push('word', port[0].length, port[0].replaceAll(' [invalid type]', ''));
      else {
        const sign = signs.exec(rest);
        const length = sign?.[0].length ?? word.exec(rest)?.[0].length ?? 1;
        push(sign === null ? 'word' : 'sign', length);
      }
    }
    tokens.push({ kind: 'break', text: '\n', line, column: content.length + 1 });
  });
  tokens.push({ kind: 'end', text: '', line: lines.length, column: 1 });
  return tokens;
}

/** A place in the tokens. Reading fails with `Unreadable`, which the reader of the script turns into a diagnostic. */
export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the next token if it is this word or sign. */
  take(text: string): boolean;
  /** As `take`, or fails. */
  want(text: string): void;
  position(): number;
  reset(position: number): void;
}

/** Only ever caught in `text.ts`. */
export class Unreadable extends Error {
  readonly token: Token;
  constructor(token: Token, wanted: string) {
    super(`${token.kind === 'end' ? 'the end' : token.text === '\n' ? 'the end of the line' : JSON.stringify(token.text)} stands where ${wanted} is wanted`);
    this.token = token;
  }
}

export function cursorOf(tokens: readonly Token[]): Cursor {
  let at = 0;
  const end: Token = tokens.at(-1) ?? { kind: 'end', text: '', line: 1, column: 1 };
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? end;
  const is = (text: string): boolean => (peek().kind === 'word' || peek().kind === 'sign') && peek().text === text;
  return {
    peek,
    next: () => tokens[at++] ?? end,
    take(text) {
      if (!is(text)) return false;
      at += 1;
      return true;
    },
    want(text) {
      if (!is(text)) throw new Unreadable(peek(), `\`${text}\``);
      at += 1;
    },
    position: () => at,
    reset: (position) => void (at = position),
  };
}

export const skipBreaks = (cursor: Cursor): void => {
  while (cursor.peek().kind === 'break') cursor.next();
};

export function wordOf(cursor: Cursor, wanted: string): string {
  const token = cursor.next();
  if (token.kind !== 'word') throw new Unreadable(token, wanted);
  return token.text;
}

export function numberOf(cursor: Cursor, wanted: string): number {
  const token = cursor.next();
  if (token.kind !== 'word' || !/^\d+$/.test(token.text)) throw new Unreadable(token, wanted);
  return Number(token.text);
}

export function stringOf(cursor: Cursor, wanted: string): string {
  const token = cursor.next();
  if (token.kind !== 'string' && token.kind !== 'word') throw new Unreadable(token, wanted);
  return token.text;
}
