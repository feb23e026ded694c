/*
 * Runs Ethernet frames through the XDP program of an object file with BPF_PROG_TEST_RUN, in the network namespace it is started
 * in. Standard input: per frame the ingress ifindex (0: none), the length, the bytes; standard output: per frame the action, or
 * minus the errno of a run that the kernel refused. All integers are 32 bits, little-endian.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_xdp(const struct bpf_program *program) { return bpf_program__type(program) == BPF_PROG_TYPE_XDP; }

int main(int count, char **arguments) {
    if (count != 2) { fprintf(stderr, "usage: runner OBJECT\n"); return 2; }
    struct bpf_object *object = bpf_object__open_file(arguments[1], NULL);
    if (!object) { fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno)); return 1; }
    if (bpf_object__load(object) < 0) { fprintf(stderr, "the verifier refuses %s: %s\n", arguments[1], strerror(errno)); return 1; }
    struct bpf_program *program = bpf_object__next_program(object, NULL);
    while (program && !is_xdp(program)) program = bpf_object__next_program(object, program);
    if (!program) { fprintf(stderr, "%s holds no XDP program\n", arguments[1]); return 1; }
    int fd = bpf_program__fd(program);
    static uint8_t frame[1 << 17];
    for (uint32_t head[2]; fread(head, 4, 2, stdin) == 2;) {
        uint32_t length = head[1];
        if (length > sizeof frame || fread(frame, 1, length, stdin) != length) { fprintf(stderr, "input cut short\n"); return 1; }
        struct xdp_md context = { .data_end = length, .ingress_ifindex = head[0] };
        LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length, .repeat = 1);
        if (head[0]) { options.ctx_in = &context; options.ctx_size_in = sizeof context; }
        int32_t action = bpf_prog_test_run_opts(fd, &options) < 0 ? -errno : (int32_t)options.retval;
        fwrite(&action, 4, 1, stdout);
    }
    bpf_object__close(object);
    return 0;
}
