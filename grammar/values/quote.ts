/**
 * A string as iptables-save writes it: bare when it is non-empty and holds only letters, digits, `_` and `-`; else in double
 * quotes with a backslash before `"`, `\` and `'`.
 */
export const quote = (text: string): string => (/^[A-Za-z0-9_-]+$/.test(text) ? text : quoteAlways(text));

export const quoteAlways = (text: string): string => `"${text.replace(/["\\']/g, '\\$&')}"`;

/**
 * For words that iptables-save prints as they are although they may hold blanks or quotes (chain and set names): quoted only
 * when they could not be read back.
 */
export const quoteIfNeeded = (text: string): string => (text === '' || /[ \t\n"]/.test(text) ? quoteAlways(text) : text);
