/** A small seeded generator (mulberry32), so that a mutated file can be made again from its seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * below);
  };
}

type Random = (below: number) => number;

const nasty = ['"', '\\', '!', '-', '--', ':', '[', ']', '/', ',', '#', '*', '\t', '\r', '\n', '0', '9', '99999999999', '=', 'A', '\u0001', '\u00ff', ' ', '  '];

const pick = <T>(random: Random, from: readonly T[]): T | undefined => from[random(from.length)];

const values = ['0', '1', '-1', '65535', '65536', '0x10', '010', '255', '256', '4294967295', '4294967296', '1:2', '2:1', ':5', '5:', '1-2', 'any', 'all', '', '+', '*', '0.5', '1/2', '0/0', '::', '10.0.0.0/8', '10.0.0.1-10.0.0.9', 'src', 'src,dst', 'NEW', 'tcp', 'udp', '"a b"', 'SYN', 'ALL NONE', '1,2,3', '1,,2', '5/min', '5/sec', 'ACCEPT', '00:11:22:33:44:55', '1.2.3.4:80', '[::1]:80', '!', '8080-8090'];
const options = ['-s', '-d', '-i eth0', '-o', '-p', '-p tcp', '-p udp', '! -p', '-j', '-g', '-m', '-m tcp', '-m udp', '-f', '!', '--dport', '--sport', '--syn', '--to', '--limit', '--log-prefix', '--set', '--name', '--mark', '--state', '--random', '--tcp-flags', '--mask', '--src-type', '--icmp-type', '-m multiport', '-m state', '-m limit', '-4', '-c'];

/** One rule line in which a word has become another that might stand there. */
export function mutateRule(rule: string, donor: string, random: Random): string {
  const words = rule.split(' ');
  for (let times = 1 + random(2); times > 0; times--) {
    // The command and its chain stay.
    const at = 2 + random(Math.max(words.length - 2, 1));
    const word = words[at] ?? '';
    const others = donor.split(' ').slice(2);
    switch (random(9)) {
      case 0:
        words[at] = pick(random, values) ?? '';
        break;
      case 1:
        words.splice(at, 0, pick(random, options) ?? '');
        break;
      case 2:
        words.splice(at, 1);
        break;
      case 3:
        words.splice(at, 0, '!');
        break;
      case 4:
        words.splice(at, 0, ...others.slice(random(others.length + 1)));
        break;
      case 5:
        words[at] = word.slice(0, random(word.length + 1)) + (pick(random, nasty) ?? '') + word.slice(random(word.length + 1));
        break;
      case 6:
        words[at] = word.slice(0, -1 - random(3));
        break;
      case 7:
        words[at] = word.replace(/\d+/, (digits) => pick(random, ['0', '1', String(Number(digits) + 1), `${digits}0`, `-${digits}`, '65536', '4294967296', `0${digits}`, `0x${digits}`]) ?? '');
        break;
      default: {
        const other = 2 + random(Math.max(words.length - 2, 1));
        words[at] = words[other] ?? '';
        words[other] = word;
      }
    }
  }
  return words.join(' ').replaceAll('\n', ' ');
}

/** Byte text (latin-1) in which one to three small things have gone wrong. */
export function mutate(text: string, random: Random): string {
  let mutated = text;
  for (let times = 1 + random(3); times > 0; times--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(text: string, random: Random): string {
  const at = random(text.length + 1);
  switch (random(8)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at % Math.max(text.length, 1)) ^ (1 << random(8))) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + (pick(random, nasty) ?? '') + text.slice(at);
    case 3:
    case 4:
      return mutateLine(text, random);
    case 5:
    case 6:
      return mutateLines(text, random);
    default:
      return mutateLine(mutateLine(text, random), random);
  }
}

/** Words of one line swapped, dropped, doubled, or taken from another. */
function mutateLine(text: string, random: Random): string {
  const lines = text.split('\n');
  const index = random(lines.length);
  const words = (lines[index] ?? '').split(' ');
  const at = random(words.length);
  const other = random(words.length);
  const word = words[at] ?? '';
  switch (random(5)) {
    case 0:
      words[at] = words[other] ?? '';
      words[other] = word;
      break;
    case 1:
      words.splice(at, 1);
      break;
    case 2:
      words.splice(other, 0, word);
      break;
    case 3:
      words.splice(at, 0, '!');
      break;
    default:
      words[at] = pick(random, (pick(random, lines) ?? '').split(' ')) ?? '';
  }
  lines[index] = words.join(' ');
  return lines.join('\n');
}

function mutateLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  switch (random(4)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(random(lines.length), 0, line);
      break;
    case 2:
      lines.splice(at, 1);
      lines.splice(random(lines.length), 0, line);
      break;
    default:
      lines[at] = line.slice(0, random(line.length + 1));
  }
  return lines.join('\n');
}
