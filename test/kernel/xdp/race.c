/*
 * Lets every processor run one frame through the XDP program of an object file at the same time, so many times each, and prints what
 * the map "counters" then holds of its first counter: the first 8 bytes, as a number.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fd, repeat;
static uint8_t frame[4096];
static uint32_t length;
static pthread_barrier_t barrier;

static void *run(void *argument) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((long)argument, &set);
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length, .repeat = repeat);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
    pthread_barrier_wait(&barrier);
    return (void *)(long)(bpf_prog_test_run_opts(fd, &options) < 0 ? errno : 0);
}

int main(int count, char **arguments) {
    if (count != 4) { fprintf(stderr, "usage: race OBJECT PROCESSORS TIMES\n"); return 2; }
    long processors = atol(arguments[2]);
    repeat = atoi(arguments[3]);
    length = fread(frame, 1, sizeof frame, stdin);
    struct bpf_object *object = bpf_object__open_file(arguments[1], NULL);
    if (!object || bpf_object__load(object) < 0) { fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno)); return 1; }
    fd = bpf_program__fd(bpf_object__next_program(object, NULL));
    pthread_t threads[processors];
    pthread_barrier_init(&barrier, NULL, processors);
    for (long index = 0; index < processors; index++) pthread_create(&threads[index], NULL, run, (void *)index);
    for (long index = 0; index < processors; index++) {
        void *failed;
        pthread_join(threads[index], &failed);
        if (failed) { fprintf(stderr, "run: %s\n", strerror((long)failed)); return 1; }
    }
    struct bpf_map *map = bpf_object__find_map_by_name(object, "counters");
    uint64_t value[8] = {0};
    if (!map || bpf_map__value_size(map) > sizeof value || bpf_map_lookup_elem(bpf_map__fd(map), &(uint32_t){0}, value)) { fprintf(stderr, "no counters\n"); return 1; }
    printf("%llu\n", (unsigned long long)value[0]);
    return 0;
}
