/** The text that an input has for a test that the core has no predicate for, by its identity. */
export type OpaqueText = (identity: string) => string | undefined;

/** Whether something that has no field is there. */
const presences: Readonly<Record<string, string>> = {
  protocol: 'extension headers can be walked', 'tcp-options': 'TCP header with its options is whole', 'ah-intact': 'headers up to the authentication header are whole', ah: 'authentication header',
  socket: 'sent by a socket', 'kernel-socket': 'sent by the kernel itself', ethernet: 'Ethernet header',
};

/**
 * What a question without a field asks, by its key (`opaqueKey` and `stateKey` of `src/symbolic`), with the circumstances in which it
 * is asked: which of several alike, at which hook, once more, or behind a rule that has changed what it looks at.
 */
export function opaqueWords(key: string, textOf: OpaqueText): string {
  const [, base = key, number, hook, again, changed] = /^(.*?)(?: #(\d+))?(?: in ([A-Z]+))?(?: \(asked again, (\d+)\))?(?: \(after writing (\d+)\))?$/s.exec(key) ?? [];
  const where = [
    ...(number === undefined ? [] : [`the one numbered ${number}`]),
    ...(hook === undefined ? [] : [`at ${hook}`]),
    ...(again === undefined ? [] : ['asked again']),
    ...(changed === undefined ? [] : ['after the packet was changed']),
  ];
  return `${questionWords(base, textOf)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
}

function questionWords(key: string, textOf: OpaqueText): string {
  const [, kind = '', rest = ''] = /^(\S+) ?(.*)$/s.exec(key) ?? [];
  switch (kind) {
    case 'refused':
    case 'outside':
      return textOf(rest) ?? plain(rest);
    case 'limit': {
      const [, cost = '', burst = ''] = /^limit (\d+)\/10000s burst (\d+)$/.exec(rest) ?? [];
      return cost === '' ? `rate limit (${rest})` : `rate limit ${rate(Number(cost))} burst ${burst}`;
    }
    case 'random': {
      const [, part] = /^random (\d+)\/2\^31$/.exec(rest) ?? [];
      return part === undefined ? rest : `random with probability ${(Number(part) / 2 ** 31).toPrecision(4)}`;
    }
    case 'nth':
      return `counter: ${rest}`;
    case 'set':
      return `in set ${rest}`;
    case 'external':
      return textOf(rest) ?? rest;
    case 'tcp-option':
      return `TCP option ${rest}`;
    case 'sctp-chunks':
      return `SCTP chunks ${rest}`;
    case 'present': {
      const [, what = ''] = /"kind":"([^"]*)"/.exec(rest) ?? [];
      if (what === 'extension' || what === 'extension-walk') return extensionWords(rest);
      return presences[what] ?? rest;
    }
    default:
      return textOf(key) ?? key;
  }
}

function extensionWords(text: string): string {
  const [, header = ''] = /"header":"([^"]*)"/.exec(text) ?? [];
  const [, bytes] = /"bytes":"?(\w+)"?/.exec(text) ?? [];
  const name = `${header.replaceAll('-', ' ')} header`;
  if (text.includes('"extension-walk"')) return `headers up to the ${name} are whole`;
  return bytes === undefined ? name : bytes === 'whole' ? `whole ${name}` : `${bytes} bytes of a ${name}`;
}

/** An identity is the node as JSON where no input has a text for it. */
function plain(identity: string): string {
  const [, kind] = /"kind":"([^"]*)"/.exec(identity) ?? [];
  return kind === undefined ? identity : `${kind} ${identity}`;
}

/** Units of 1/10000 s between packets, as iptables writes a rate. */
function rate(interval: number): string {
  for (const [unit, length] of [['second', 10_000], ['minute', 600_000], ['hour', 36_000_000], ['day', 864_000_000]] as const) {
    const count = Math.round(length / interval);
    if (count >= 1) return `${count}/${unit}`;
  }
  return `one in ${interval / 10_000} s`;
}
