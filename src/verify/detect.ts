/** What an input may be. */
export const inputFormats = ['iptables', 'nft', 'nft-json'] as const;
export type InputFormat = (typeof inputFormats)[number];

/**
 * Tells the formats apart by the first line that says something: JSON with `nftables` in it, a table or command of nft, or what
 * iptables-save prints, which is also what everything else is read as, so that its faults are located.
 */
export function detectFormat(text: string): InputFormat {
  if (/^\uFEFF?\s*\{/.test(text)) return 'nft-json';
  for (const line of text.split('\n', 2000)) {
    const words = line.trim();
    if (words === '') continue;
    if (/^#!.*\bnft\b/.test(words) || /^# Warning: table .* managed by iptables-nft/.test(words)) return 'nft';
    if (/^# (Generated|Completed) by ip6?tables/.test(words)) return 'iptables';
    if (words.startsWith('#')) continue;
    if (/^(\*|:|-[A-Za-z]\b|COMMIT\b)/.test(words)) return 'iptables';
    if (/^((add|create|delete|flush|destroy|insert|replace|list|reset)\s|(table|define|undefine|redefine|include|chain|map|set)\b)/.test(words)) return 'nft';
    return 'iptables';
  }
  return 'iptables';
}
