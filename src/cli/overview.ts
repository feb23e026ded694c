import type { Command } from './command.js';

/** What `ferrule --help` prints. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return `ferrule: a compiler for firewalls

It reads what iptables-save and ip6tables-save print, understands it as the Linux kernel does,
carries it over to nftables or XDP, follows a packet through it, and proves two rule sets equal
or shows where they differ. Nothing touches the live firewall: ferrule reads files and writes
text; scripts of nft are loaded in a namespace of their own.

usage: ferrule COMMAND [OPTIONS] [FILE]

${commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n')}

  ferrule COMMAND --help   all about a command
  ferrule --version        what version this is

common options:
  -o FILE              write the product there, whole or not at all
  --format FORMAT      text (default), json, sarif, junit, github, markdown; trace: text, json, jsonl
  -q, --quiet          errors only
  --no-color           no colours on the terminal (also NO_COLOR=1)

exit status:
  0 fine   1 findings or different   2 wrong usage, or input that the kernel would refuse
  3 understood, but the output cannot carry it   4 a resource limit   70 a bug of ferrule
`;
}
