/** One address that a list remembers: when it was seen, and the TTL it had then. */
interface Entry {
  ttl: number;
  /** A ring, in the order in which the kernel walks it. */
  readonly stamps: number[];
  next: number;
}

export interface Sight {
  /** The address under the list's mask. */
  readonly address: bigint;
  readonly ttl: number;
  /** Seconds. */
  readonly now: number;
}

/** A list of `-m recent`, shared by all rules that name it; least recently seen first, as in xt_recent. */
export interface RecentList {
  /** The mask of the first rule that names the list goes for all. */
  readonly mask: bigint;
  readonly entries: Map<bigint, Entry>;
  /** Stamps kept of one address. */
  stamps: number;
}

/** Addresses that a list holds unless the module is told otherwise (`ip_list_tot`). */
const capacity = 100;
const defaultStamps = 32;

/** Stamps that a rule makes room for: the next power of two over its hit count. */
export const stampsFor = (hitcount: number | undefined): number => (hitcount === undefined ? defaultStamps : 2 ** Math.ceil(Math.log2(hitcount)));

/** The entry of an address; `ttl` 0 asks for any. */
export function lookUp(list: RecentList, address: bigint, ttl: number): Entry | undefined {
  const entry = list.entries.get(address);
  return entry === undefined || (ttl !== 0 && entry.ttl !== 0 && entry.ttl !== ttl) ? undefined : entry;
}

export function add(list: RecentList, { address, ttl, now }: Sight): void {
  if (list.entries.size >= capacity) for (const oldest of list.entries.keys()) {
    list.entries.delete(oldest);
    break;
  }
  list.entries.set(address, { ttl, stamps: [now], next: 1 });
}

/** Seen again: one more stamp, and last in the list. */
export function refresh(list: RecentList, entry: Entry, { address, ttl, now }: Sight): void {
  const at = entry.next % list.stamps;
  entry.stamps[at] = now;
  entry.next = at + 1;
  entry.ttl = ttl;
  list.entries.delete(address);
  list.entries.set(address, entry);
}

/** Whether enough stamps are no older than `since`; undefined for any age. */
export function seenOften(entry: Entry, since: number | undefined, hits: number): boolean {
  return entry.stamps.filter((stamp) => since === undefined || stamp >= since).length >= hits;
}

/** Forgets the least recently seen address when even its last stamp is older than `since`. */
export function reap(list: RecentList, since: number): void {
  for (const [address, { stamps, next }] of list.entries) {
    if ((stamps[next - 1] ?? 0) < since) list.entries.delete(address);
    return;
  }
}
