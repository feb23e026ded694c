import type { Counter, CounterKind } from './context.js';

export const counterFunction: { readonly [K in CounterKind]: string } = { nth: 'count_nth', quota: 'count_quota', limit: 'count_limit' };

/**
 * The counters, shared by all processors: an array that the kernel fills with zeros, so each holds what is gone rather than what is
 * left. The helpers are those of the kernel; what runs the program elsewhere brings its own.
 */
const declarations = (count: number): string => String.raw`
/* One for each test that counts. */
#define COUNTERS ${count}

struct bpf_spin_lock {
	u32 value;
};

struct counter {
	u64 gone;
	u64 tick;
	struct bpf_spin_lock lock;
};

struct {
	int (*type)[2];
	int (*max_entries)[COUNTERS];
	u32 *key;
	struct counter *value;
} counters SEC(".maps");

#ifdef __bpf__
#define HELPER(number, type, name, ...) static type (*const name)(__VA_ARGS__) = (void *)number
#else
#define HELPER(number, type, name, ...) type name(__VA_ARGS__)
#endif
HELPER(1, void *, bpf_map_lookup_elem, void *map, const void *key);
HELPER(93, long, bpf_spin_lock, struct bpf_spin_lock *lock);
HELPER(94, long, bpf_spin_unlock, struct bpf_spin_lock *lock);
`;

/** The packet of this number among so many, from 0. */
const nth = String.raw`
GLOBAL int count_nth(volatile struct packet *p, u32 number, u64 every, u64 packet)
{
	struct counter *counter = bpf_map_lookup_elem(&counters, &number);
	u64 gone;

	KEEP(p);
	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	gone = counter->gone;
	counter->gone = gone + 1 < every ? gone + 1 : 0;
	bpf_spin_unlock(&counter->lock);
	return gone == packet;
}
`;

/** The first packet that does not fit takes all that is left. */
const quota = String.raw`
GLOBAL int count_quota(volatile struct packet *p, u32 number, u64 bytes, u64 length)
{
	struct counter *counter = bpf_map_lookup_elem(&counters, &number);
	int fits;

	KEEP(p);
	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	fits = bytes - counter->gone >= length;
	counter->gone = fits ? counter->gone + length : bytes;
	bpf_spin_unlock(&counter->lock);
	return fits;
}
`;

/**
 * A bucket of credits, in 32 bits as the kernel keeps it, so that what overflows there overflows here. A tick earns the power of two
 * under what fills 32 bits in a day. The first packet finds it full. Another processor may have seen a later tick.
 */
const limit = String.raw`
#ifndef HZ
#define HZ 250
#endif

HELPER(118, u64, bpf_jiffies64, void);

INLINE u32 credits_of_tick(void)
{
	u32 credits = 1;

	while (credits <= 0xffffffff / (HZ * 86400u) / 2)
		credits *= 2;
	return credits;
}

/* Of an interval in 1/10000 s. */
INLINE u32 credits_of(u32 interval)
{
	u32 second = HZ * credits_of_tick();

	return interval > 0xffffffff / second ? interval / 10000 * second : interval * second / 10000;
}

GLOBAL int count_limit(volatile struct packet *p, u32 number, u32 interval, u32 burst)
{
	struct counter *counter = bpf_map_lookup_elem(&counters, &number);
	u32 full = credits_of(interval * burst), cost = credits_of(interval), credit;
	u64 now = bpf_jiffies64();
	int holds;

	KEEP(p);
	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	if (!counter->tick)
		counter->tick = now;
	credit = full - (u32)counter->gone;
	if (now > counter->tick) {
		credit += (u32)(now - counter->tick) * credits_of_tick();
		counter->tick = now;
	}
	if (credit > full)
		credit = full;
	holds = credit >= cost;
	counter->gone = full - credit + (holds ? cost : 0);
	bpf_spin_unlock(&counter->lock);
	return holds;
}
`;

const functions: { readonly [K in CounterKind]: string } = { nth, quota, limit };

const lines = (text: string): readonly string[] => text.trim().split('\n').concat('');

/** Declarations, and the functions of the kinds that are there. */
export function countersText(counters: readonly Counter[]): readonly string[] {
  if (counters.length === 0) return [];
  const kinds = new Set(counters.map(({ kind }) => kind));
  return [...lines(declarations(counters.length)), ...[...kinds].flatMap((kind) => lines(functions[kind]))];
}

/** Frames that the stack discards before PREROUTING, which no rule counts: bad IPv4 header checksums. */
const admission4 = String.raw`
GLOBAL int admitted_ipv4(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *word = data + 14;
	u32 sum = 0;

	if (!p)
		return 0;
	for (u32 at = 14; at < 14 + 60 && at < p->at; at += 2, word += 2) {
		if (word + 2 > end)
			return 0;
		sum += load16(word);
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16) == 0xffff;
}
`;

/** The same of IPv6: loopback addresses, a source that is a group, groups of no scope and of one host. */
const admission6 = String.raw`
INLINE int admitted_ipv6(volatile struct packet *p)
{
	if ((!p->source_high && p->source_low == 1) || (!p->destination_high && p->destination_low == 1))
		return 0;
	if (p->source_high >> 56 == 0xff)
		return 0;
	return p->destination_high >> 56 != 0xff || (p->destination_high >> 48 & 15) > 1;
}
`;

/** What the stack looks at before any rule, for the families that count. */
export const admissionText = (counters: readonly Counter[]): readonly string[] => [
  ...(counts(counters, 4) ? lines(admission4) : []),
  ...(counts(counters, 6) ? lines(admission6) : []),
];

export const counts = (counters: readonly Counter[], family: Counter['family']): boolean => counters.some((counter) => counter.family === family);
