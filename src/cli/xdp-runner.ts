/**
 * Runs a generated XDP program, `program.c` beside it, natively: frames come on standard input (length as little-endian u32, then the
 * bytes), the action numbers go out, one a line. A length with the highest bit set is none: the other bits are the time from there on, in
 * ticks of the kernel's clock. Each frame ends at the end of a page behind which nothing is mapped, so that a read too
 * far crashes. The program's packet pointers are 32 bits wide, so the page is mapped below 4 GB.
 */
export const xdpRunner = `#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include "program.c"
#ifdef COUNTERS
static struct counter kept[COUNTERS];
static u64 now = 1;
void *bpf_map_lookup_elem(void *map, const void *key) { return kept + *(const u32 *)key; }
long bpf_spin_lock(struct bpf_spin_lock *lock) { return lock->value++; }
long bpf_spin_unlock(struct bpf_spin_lock *lock) { return --lock->value; }
u64 bpf_jiffies64(void) { return now; }
#define TIME(ticks) (now = (ticks))
#else
#define TIME(ticks)
#endif
enum { ROOM = 1 << 17, PAGE = 1 << 16 };
int main(void)
{
	uint8_t *area = mmap((void *)0x10000000, ROOM + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t length;

	if (area == MAP_FAILED || (uintptr_t)area + ROOM + PAGE > UINT32_MAX || mprotect(area + ROOM, PAGE, PROT_NONE))
		return 2;
	while (fread(&length, sizeof(length), 1, stdin) == 1) {
		if (length >> 31) {
			TIME(length & 0x7fffffff);
			continue;
		}
		uint8_t *frame = area + ROOM - length;
		struct xdp_md context = {0};

		if (length > ROOM || fread(frame, 1, length, stdin) != length)
			return 3;
		context.data = (uint32_t)(uintptr_t)frame;
		context.data_end = (uint32_t)(uintptr_t)(area + ROOM);
		printf("%d\\n", ferrule(&context));
	}
	return 0;
}
`;
