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
