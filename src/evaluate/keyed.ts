import type { ExternalOf, Key, KeyedTest, MeterRate, StateTable } from '../ir/index.js';
import type { Connection, LivePacket } from '../stack/engine.js';
import { statusBits } from '../stack/index.js';
import type { Answer } from './external.js';
import { readField } from './reading.js';

/** What tables of keys hold, by their names. Times are those of the packets, in seconds. */
export interface Tables {
  entries(table: StateTable, packet: LivePacket): Map<string, Entry>;
}
interface Entry {
  /** When it goes. */
  readonly until: number;
  /** Of a meter: what is saved up, in its own units, and when. */
  readonly saved?: { readonly credit: number; readonly at: number };
}

export function createTables(): Tables {
  const tables = new Map<string, Map<string, Entry>>();
  return {
    entries({ name, role, given = [] }, { time }) {
      const key = JSON.stringify([name, role]);
      const known = tables.get(key) ?? new Map(given.map(({ key: text, seconds = Infinity }): [string, Entry] => [text, { until: time + seconds }]));
      tables.set(key, known);
      return known;
    },
  };
}

const keyText = (key: Key, packet: LivePacket): string => key.map(({ field, mask }) => readField(field, packet) & mask).join(' ');

export const keyed: { readonly [K in KeyedTest['kind']]: (test: ExternalOf<K>, tables: Tables) => Answer } = {
  // Those that came through, and the packet's own; a packet without an entry counts for itself.
  connlimit: ({ key, limit }) => {
    const groups = new Map<string, Map<string, Connection>>();
    return (packet) => {
      const text = keyText(key, packet);
      const open = new Map([...(groups.get(text) ?? [])].filter(([, { status }]) => (status & statusBits.confirmed) !== 0));
      groups.set(text, open);
      const { connection } = packet;
      if (connection === undefined) return open.size + 1 > limit;
      const own = Object.values(connection.original).join(' ');
      open.set(own, open.get(own) ?? connection);
      return open.size > limit;
    };
  },
  meter: ({ table, key, rate, expire }, tables) => (packet) => {
    const entries = tables.entries(table, packet);
    const text = keyText(key, packet);
    const known = entries.get(text);
    const saved = known === undefined || known.until < packet.time ? undefined : known.saved;
    const { cost, full } = costs(rate, packet);
    const credit = saved === undefined ? full : Math.min(full, saved.credit + (packet.time - saved.at) * 1e6);
    const keeps = credit >= cost;
    entries.set(text, { until: packet.time + expire, saved: { credit: keeps ? credit - cost : credit, at: packet.time } });
    return keeps;
  },
  remember: ({ table, key, seconds }, tables) => (packet) => {
    tables.entries(table, packet).set(keyText(key, packet), { until: packet.time + (seconds ?? Infinity) });
    return true;
  },
  enter: ({ table, key, seconds }, tables) => (packet) => {
    const text = keyText(key, packet);
    if (!isListed(tables.entries(table, packet), text, packet)) tables.entries(table, packet).set(text, { until: packet.time + (seconds ?? Infinity) });
    return true;
  },
  listed: ({ table, key }, tables) => (packet) => isListed(tables.entries(table, packet), keyText(key, packet), packet),
  forget: ({ table, key }, tables) => (packet) => {
    tables.entries(table, packet).delete(keyText(key, packet));
    return true;
  },
};

const isListed = (entries: ReadonlyMap<string, Entry>, text: string, { time }: LivePacket): boolean => (entries.get(text)?.until ?? -Infinity) >= time;

/** In microseconds. */
function costs(rate: MeterRate, packet: LivePacket): { readonly cost: number; readonly full: number } {
  if (rate.unit === 'packets') return { cost: rate.interval, full: rate.interval * rate.burst };
  return { cost: (packet.bytes.length * 1e6) / rate.speed, full: ((rate.speed + rate.burst) * 1e6) / rate.speed };
}
