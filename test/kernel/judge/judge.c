/*
 * Asks the kernel what becomes of packets. The process makes a network namespace of its own, which dies with it, and serves
 * requests on standard input: open a device, run a command inside, judge a batch of packets. Frames both ways are a 32-bit
 * length and that many bytes, all integers little-endian; judge.ts holds the other end.
 *
 * Writing into a TUN or TAP device runs the whole stack before write() returns, so the NFLOG messages that wait in the netlink
 * socket afterwards are exactly those of this packet.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_acct.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

enum { LOG_GROUP = 64123, MAX_DEVICES = 64, MAX_SOCKETS = 128, MAX_GROUPS = 16, MAX_OWN_GROUPS = 1024, MAX_MESSAGES = 64, MESSAGE_BYTES = 70000 };
enum { KIND_OPEN = 1, KIND_RUN = 2, KIND_JUDGE = 3, KIND_SOCKET = 4, KIND_ACCOUNT = 5 };
enum { HOOK_INPUT = 1, HOOK_POSTROUTING = 4 };
enum { NO_PACKET_TYPE = 255, FLAG_REASSEMBLY = 1, FLAG_PATCHED_ID = 2 };

struct device { int fd, ifindex, metadata; char name[IFNAMSIZ]; };
static struct device devices[MAX_DEVICES];
static int device_count;

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s\n", strerror(errno));
    exit(1);
}

/* Growing output buffer: one response. */
static uint8_t *response;
static size_t response_length, response_room;

static void *reserve(size_t bytes) {
    if (response_length + bytes > response_room) {
        response_room = (response_length + bytes) * 2 + 4096;
        response = realloc(response, response_room);
        if (!response) die("out of memory");
    }
    void *at = response + response_length;
    response_length += bytes;
    return at;
}
static void put8(uint8_t value) { *(uint8_t *)reserve(1) = value; }
static void put32(uint32_t value) { memcpy(reserve(4), &value, 4); }
static void put_bytes(const void *bytes, size_t length) { if (length) memcpy(reserve(length), bytes, length); }

/* Cursor over one request. */
struct cursor { const uint8_t *at, *end; };
static const uint8_t *take(struct cursor *cursor, size_t bytes) {
    if ((size_t)(cursor->end - cursor->at) < bytes) { errno = EPROTO; die("request cut short"); }
    const uint8_t *at = cursor->at;
    cursor->at += bytes;
    return at;
}
static uint8_t take8(struct cursor *cursor) { return *take(cursor, 1); }
static uint16_t take16(struct cursor *cursor) { uint16_t value; memcpy(&value, take(cursor, 2), 2); return value; }
static uint32_t take32(struct cursor *cursor) { uint32_t value; memcpy(&value, take(cursor, 4), 4); return value; }

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) return;
    if (write(fd, text, strlen(text)) < 0) { /* a limit of the kernel; what hangs on it shows in the harness tests */ }
    close(fd);
}

/* ---- namespace ---- */

static void enter_namespace(void) {
    uid_t uid = getuid();
    gid_t gid = getgid();
    if (unshare(CLONE_NEWNET) == 0) return;
    if (errno != EPERM) die("unshare network namespace");
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) die("unshare user namespace");
    char map[64];
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
}

/* The tools' lock file is the machine's, the tables are this namespace's: children get a lock of their own. */
static void own_xtables_lock(void) {
    int fd = memfd_create("xtables.lock", 0);
    if (fd < 0) die("memfd");
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    setenv("XTABLES_LOCKFILE", path, 1);
}

/* ---- the log socket ---- */

static int log_socket;
static uint8_t *log_buffers;
static struct mmsghdr log_messages[MAX_MESSAGES];
static struct iovec log_vectors[MAX_MESSAGES];

static void log_config(uint16_t type, const void *data, uint16_t length) {
    struct { struct nlmsghdr header; struct nfgenmsg generic; struct nlattr attribute; uint8_t data[16]; } request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.generic) + NLA_HDRLEN + NLA_ALIGN(length);
    request.header.nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.generic.res_id = htons(LOG_GROUP);
    request.attribute.nla_len = NLA_HDRLEN + length;
    request.attribute.nla_type = type;
    memcpy(request.data, data, length);
    if (send(log_socket, &request, request.header.nlmsg_len, 0) < 0) die("nfnetlink_log");
    struct { struct nlmsghdr header; struct nlmsgerr error; uint8_t rest[512]; } answer;
    if (recv(log_socket, &answer, sizeof answer, 0) < 0) die("nfnetlink_log");
    if (answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error) { errno = -answer.error.error; die("nfnetlink_log"); }
}

static void open_log(void) {
    log_socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (log_socket < 0) die("netlink socket");
    int bytes = 32 << 20, on = 1;
    if (setsockopt(log_socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
        setsockopt(log_socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    setsockopt(log_socket, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
    struct nfulnl_msg_config_cmd bind = { .command = NFULNL_CFG_CMD_BIND };
    log_config(NFULA_CFG_CMD, &bind, sizeof bind);
    struct nfulnl_msg_config_mode mode = { .copy_range = htonl(0xffff), .copy_mode = NFULNL_COPY_PACKET };
    log_config(NFULA_CFG_MODE, &mode, sizeof mode);
    uint32_t threshold = htonl(1), buffer = htonl(1024);
    log_config(NFULA_CFG_QTHRESH, &threshold, sizeof threshold);
    log_config(NFULA_CFG_NLBUFSIZ, &buffer, sizeof buffer);
    log_buffers = malloc((size_t)MAX_MESSAGES * MESSAGE_BYTES);
    if (!log_buffers) die("out of memory");
    for (int i = 0; i < MAX_MESSAGES; i++) {
        log_vectors[i] = (struct iovec){ log_buffers + (size_t)i * MESSAGE_BYTES, MESSAGE_BYTES };
        log_messages[i].msg_hdr.msg_iov = &log_vectors[i];
        log_messages[i].msg_hdr.msg_iovlen = 1;
    }
}

/* Adds one event to the response: hook, point, in, out, mark, payload (only where a packet ends). */
static int put_event(const struct nlmsghdr *header) {
    if (header->nlmsg_type != ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET)) return 0;
    const uint8_t *at = (const uint8_t *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
    const uint8_t *end = (const uint8_t *)header + header->nlmsg_len;
    uint8_t hook = 255, point = '?';
    uint32_t in = 0, out = 0, mark = 0;
    const uint8_t *payload = NULL;
    size_t payload_length = 0;
    while (at + NLA_HDRLEN <= end) {
        const struct nlattr *attribute = (const struct nlattr *)at;
        const uint8_t *data = at + NLA_HDRLEN;
        uint32_t value = 0;
        if (attribute->nla_len >= NLA_HDRLEN + 4) memcpy(&value, data, 4);
        switch (attribute->nla_type & NLA_TYPE_MASK) {
        case NFULA_PACKET_HDR: hook = ((const struct nfulnl_msg_packet_hdr *)data)->hook; break;
        case NFULA_PREFIX: point = data[0]; break;
        case NFULA_IFINDEX_INDEV: in = ntohl(value); break;
        case NFULA_IFINDEX_OUTDEV: out = ntohl(value); break;
        case NFULA_MARK: mark = ntohl(value); break;
        case NFULA_PAYLOAD: payload = data; payload_length = attribute->nla_len - NLA_HDRLEN; break;
        }
        if (attribute->nla_len < NLA_HDRLEN) break;
        at += NLA_ALIGN(attribute->nla_len);
    }
    int final = point == 'z' && (hook == HOOK_INPUT || hook == HOOK_POSTROUTING);
    put8(hook);
    put8(point);
    put32(in);
    put32(out);
    put32(mark);
    put32(final ? payload_length : 0);
    if (final) put_bytes(payload, payload_length);
    return 1;
}

static int put_events(void) {
    int events = 0;
    for (;;) {
        int count = recvmmsg(log_socket, log_messages, MAX_MESSAGES, MSG_DONTWAIT, NULL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return events;
        for (int i = 0; i < count; i++) {
            unsigned left = log_messages[i].msg_len;
            const struct nlmsghdr *header = log_vectors[i].iov_base;
            for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) events += put_event(header);
        }
        if (count < MAX_MESSAGES) return events;
    }
}

static void discard_events(void) {
    size_t length = response_length;
    put_events();
    response_length = length;
}

/* ---- mark and packet type of what arrives: a tc program that copies them from a shared page ---- */

struct metadata { uint32_t mark, packet_type; };
static volatile struct metadata *metadata;
static int metadata_program = -1;

static void load_metadata_program(void) {
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
    int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "judge", 4, sizeof(struct metadata), 1, &options);
    if (map < 0) die("cannot set marks and packet types: BPF map (root needed)");
    void *page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (page == MAP_FAILED) die("cannot set marks and packet types: BPF map page");
    metadata = page;
#define INSN(CODE, DST, SRC, OFF, IMM) ((struct bpf_insn){ .code = CODE, .dst_reg = DST, .src_reg = SRC, .off = OFF, .imm = IMM })
    const struct bpf_insn program[] = {
        INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
        INSN(BPF_LD | BPF_DW | BPF_IMM, 7, BPF_PSEUDO_MAP_VALUE, 0, map),
        INSN(0, 0, 0, 0, 0),
        INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 7, 0, 0),
        INSN(BPF_STX | BPF_MEM | BPF_W, 6, 2, offsetof(struct __sk_buff, mark), 0),
        INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 7, 4, 0),
        INSN(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 2, NO_PACKET_TYPE),
        INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0),
        INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_change_type),
        INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, TC_ACT_OK),
        INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    static char log[8192];
    LIBBPF_OPTS(bpf_prog_load_opts, load, .log_buf = log, .log_size = sizeof log, .log_level = 1);
    metadata_program = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "judge", "GPL", program, sizeof program / sizeof *program, &load);
    if (metadata_program < 0) die("cannot set marks and packet types: %s", log);
}

static void set_metadata(struct device *device, uint32_t mark, uint8_t packet_type) {
    if (!device->metadata) {
        if (!mark && packet_type == NO_PACKET_TYPE) return;
        if (metadata_program < 0) load_metadata_program();
        LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = device->ifindex, .attach_point = BPF_TC_INGRESS);
        LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = metadata_program);
        if (bpf_tc_hook_create(&hook) < 0 || bpf_tc_attach(&hook, &options) < 0) die("tc program on %s", device->name);
        device->metadata = 1;
    }
    metadata->mark = mark;
    metadata->packet_type = packet_type;
}

/* ---- devices ---- */

static void open_device(struct cursor *cursor) {
    uint8_t link_layer = take8(cursor);
    size_t length = cursor->end - cursor->at;
    struct ifreq request = { .ifr_flags = (link_layer ? IFF_TAP : IFF_TUN) | IFF_NO_PI };
    if (length >= IFNAMSIZ) { errno = ENAMETOOLONG; die("device name"); }
    memcpy(request.ifr_name, take(cursor, length), length);
    if (device_count == MAX_DEVICES) { errno = ENOSPC; die("too many devices"); }
    struct device *device = &devices[device_count++];
    device->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (device->fd < 0) die("/dev/net/tun");
    if (ioctl(device->fd, TUNSETIFF, &request) < 0) die("device %s", request.ifr_name);
    memcpy(device->name, request.ifr_name, IFNAMSIZ);
    device->ifindex = if_nametoindex(device->name);
    put32(device->ifindex);
}

/* ---- commands inside the namespace ---- */

static void put_memory_file(int fd) {
    off_t length = lseek(fd, 0, SEEK_END);
    put32(length);
    if (length && pread(fd, reserve(length), length, 0) != length) die("output of a command");
    close(fd);
}

static void run_command(struct cursor *cursor) {
    char *arguments[256];
    unsigned count = take16(cursor);
    if (count == 0 || count >= 256) { errno = E2BIG; die("command"); }
    for (unsigned i = 0; i < count; i++) {
        unsigned length = take16(cursor);
        arguments[i] = strndup((const char *)take(cursor, length), length);
    }
    arguments[count] = NULL;
    int in = memfd_create("stdin", 0), out = memfd_create("stdout", 0), err = memfd_create("stderr", 0);
    if (in < 0 || out < 0 || err < 0) die("memfd");
    size_t length = cursor->end - cursor->at;
    if (length && write(in, take(cursor, length), length) != (ssize_t)length) die("input of a command");
    lseek(in, 0, SEEK_SET);
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        dup2(in, 0);
        dup2(out, 1);
        dup2(err, 2);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp(arguments[0], arguments);
        fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    close(in);
    put32(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    put_memory_file(out);
    put_memory_file(err);
    for (unsigned i = 0; i < count; i++) free(arguments[i]);
}

/* ---- fragments: queues must stay empty, so that packets do not influence one another ---- */

/*
 * A queue that may hold no memory takes no fragment, so a lone one vanishes just as if it waited. Two IPv6 fragments pass
 * conntrack's queue: an atomic one, and one whose length (with more to come) is no multiple of 8; they need the room.
 */
static int frag6_room = -1;

static void set_frag6_room(int room) {
    if (frag6_room == room) return;
    frag6_room = room;
    write_file("/proc/sys/net/netfilter/nf_conntrack_frag6_high_thresh", room ? "4194304" : "0");
}

static void forbid_queues(void) {
    write_file("/proc/sys/net/ipv4/ipfrag_low_thresh", "0");
    write_file("/proc/sys/net/ipv4/ipfrag_high_thresh", "0");
    write_file("/proc/sys/net/netfilter/nf_conntrack_frag6_low_thresh", "0");
}

static int is_fragment4(const uint8_t *packet, size_t length) {
    return length >= 20 && packet[0] >> 4 == 4 && ((packet[6] & 0x3f) | packet[7]);
}

/* Whether an IPv6 packet passes an empty defragmentation queue. */
static int passes_frag6(const uint8_t *packet, size_t length) {
    size_t at = 40;
    uint8_t next = packet[6];
    while ((next == 0 || next == 43 || next == 60) && at + 8 <= length) {
        next = packet[at];
        at += (packet[at + 1] + 1) * 8;
    }
    if (next != 44 || at + 8 > length) return 1;
    unsigned offset = (packet[at + 2] << 8 | packet[at + 3]) & 0xfff8, more = packet[at + 3] & 1;
    unsigned end = offset + 40 + (packet[4] << 8 | packet[5]) - (at + 8);
    return more ? (end & 7) != 0 : offset == 0;
}

/* Packets that local delivery handed to reassembly, of this namespace. */
static long reassembly_requests(void) {
    static int fd = -1;
    static char text[8192];
    if (fd < 0) fd = open("/proc/thread-self/net/snmp", O_RDONLY | O_CLOEXEC);
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length <= 0) die("/proc/net/snmp");
    text[length] = 0;
    char *values = strstr(text + 1, "\nIp: ");
    if (!values) { errno = EPROTO; die("/proc/net/snmp"); }
    int column = 0;
    char *names = text, *save = NULL;
    *values++ = 0;
    for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save), column++)
        if (strcmp(name, "ReasmReqds") == 0) break;
    char *value = strtok_r(values, " ", &save);
    while (value && column-- > 0) value = strtok_r(NULL, " ", &save);
    return value ? atol(value) : 0;
}

/* ---- accounting objects ---- */

static void add_account(struct cursor *cursor) {
    struct { struct nlmsghdr header; struct nfgenmsg generic; struct nlattr attribute; char name[NFACCT_NAME_MAX]; } request;
    size_t length = cursor->end - cursor->at;
    memset(&request, 0, sizeof request);
    if (length >= NFACCT_NAME_MAX) { errno = ENAMETOOLONG; die("account"); }
    memcpy(request.name, take(cursor, length), length);
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.generic) + NLA_HDRLEN + NLA_ALIGN(length + 1);
    request.header.nlmsg_type = (NFNL_SUBSYS_ACCT << 8) | NFNL_MSG_ACCT_NEW;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
    request.attribute.nla_len = NLA_HDRLEN + length + 1;
    request.attribute.nla_type = NFACCT_NAME;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    struct { struct nlmsghdr header; struct nlmsgerr error; uint8_t rest[512]; } answer;
    if (fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0) die("nfnetlink_acct");
    if (answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error) { errno = -answer.error.error; die("nfnetlink_acct"); }
    close(fd);
}

/* ---- sockets that packets find ---- */

static void take_end(struct cursor *cursor, int family, struct sockaddr_storage *end) {
    memset(end, 0, sizeof *end);
    end->ss_family = family;
    if (family == AF_INET) {
        struct sockaddr_in *four = (struct sockaddr_in *)end;
        memcpy(&four->sin_addr, take(cursor, 4), 4);
        four->sin_port = htons(take16(cursor));
    } else {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)end;
        memcpy(&six->sin6_addr, take(cursor, 16), 16);
        six->sin6_port = htons(take16(cursor));
    }
}

/* It stays open as long as the process. A TCP connection is made without a packet: in repair mode. */
static void open_socket(struct cursor *cursor) {
    int family = take8(cursor) == 4 ? AF_INET : AF_INET6;
    int protocol = take8(cursor), transparent = take8(cursor), connected = take8(cursor), on = 1;
    uint32_t mark = take32(cursor);
    struct sockaddr_storage own, peer;
    take_end(cursor, family, &own);
    if (connected) take_end(cursor, family, &peer);
    socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    int fd = socket(family, (protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, protocol);
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (transparent && setsockopt(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_TRANSPARENT : IPV6_TRANSPARENT, &on, sizeof on) < 0) die("IP_TRANSPARENT");
    if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark) < 0) die("SO_MARK");
    if (connected && protocol == IPPROTO_TCP && setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) < 0) die("TCP_REPAIR");
    if (bind(fd, (struct sockaddr *)&own, length) < 0) die("bind");
    if (connected ? connect(fd, (struct sockaddr *)&peer, length) : protocol == IPPROTO_TCP ? listen(fd, 1) : 0) die("connect or listen");
}

/* ---- packets ---- */

struct packet {
    uint8_t local, packet_type;
    uint16_t device;
    uint32_t mark, uid, gid, group_count;
    gid_t groups[MAX_GROUPS];
    uint16_t link_length;
    uint32_t length;
    const uint8_t *frame;
};

/* One raw socket for each owner: the owner is who opens it. */
static int raw_socket(int family, uint32_t uid, uint32_t gid, uint32_t group_count, const gid_t *groups) {
    static struct { int family, fd; uint32_t uid, gid, group_count; gid_t groups[MAX_GROUPS]; } sockets[MAX_SOCKETS];
    static int count, oldest;
    for (int i = 0; i < count; i++)
        if (sockets[i].family == family && sockets[i].uid == uid && sockets[i].gid == gid && sockets[i].group_count == group_count && memcmp(sockets[i].groups, groups, group_count * sizeof *groups) == 0) return sockets[i].fd;
    gid_t own[MAX_OWN_GROUPS];
    int own_count = getgroups(MAX_OWN_GROUPS, own);
    /* Without the privilege there are none to give, and none are asked for. */
    if (setgroups(group_count, groups) < 0 && group_count > 0) die("setgroups");
    setfsgid(gid);
    setfsuid(uid);
    int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    int failed = errno;
    setfsuid(geteuid());
    setfsgid(getegid());
    if (own_count >= 0 && setgroups(own_count, own) < 0 && group_count > 0) die("setgroups");
    if (fd < 0) { errno = failed; die("raw socket"); }
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    int at = count < MAX_SOCKETS ? count++ : oldest++ % MAX_SOCKETS;
    if (sockets[at].fd > 0) close(sockets[at].fd);
    sockets[at].family = family;
    sockets[at].fd = fd;
    sockets[at].uid = uid;
    sockets[at].gid = gid;
    sockets[at].group_count = group_count;
    memcpy(sockets[at].groups, groups, group_count * sizeof *groups);
    return fd;
}

static int send_local(const struct packet *packet, uint8_t *flags) {
    const uint8_t *bytes = packet->frame + packet->link_length;
    size_t length = packet->length - packet->link_length;
    uint8_t version = length ? bytes[0] >> 4 : 0;
    if (!(version == 4 && length >= 20) && !(version == 6 && length >= 40)) return EINVAL;
    int fd = raw_socket(version == 4 ? AF_INET : AF_INET6, packet->uid, packet->gid, packet->group_count, packet->groups);
    if (setsockopt(fd, SOL_SOCKET, SO_MARK, &packet->mark, sizeof packet->mark) < 0) die("SO_MARK");
    if (version == 6) {
        struct sockaddr_in6 to = { .sin6_family = AF_INET6 };
        memcpy(&to.sin6_addr, bytes + 24, 16);
        return sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
    }
    struct sockaddr_in to = { .sin_family = AF_INET };
    memcpy(&to.sin_addr, bytes + 16, 4);
    static uint8_t copy[65536];
    if (length > sizeof copy) return EMSGSIZE;
    memcpy(copy, bytes, length);
    /* The kernel would choose an id in place of 0; 1 stands for it and judge.ts turns it back. */
    if (!copy[4] && !copy[5]) { copy[5] = 1; *flags |= FLAG_PATCHED_ID; }
    return sendto(fd, copy, length, 0, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

static void judge_packet(struct cursor *cursor) {
    struct packet packet;
    packet.local = take8(cursor);
    packet.packet_type = take8(cursor);
    packet.device = take16(cursor);
    packet.mark = take32(cursor);
    packet.uid = take32(cursor);
    packet.gid = take32(cursor);
    packet.group_count = take8(cursor);
    if (packet.group_count > MAX_GROUPS) { errno = E2BIG; die("groups"); }
    for (uint32_t i = 0; i < packet.group_count; i++) packet.groups[i] = take32(cursor);
    packet.link_length = take16(cursor);
    packet.length = take32(cursor);
    packet.frame = take(cursor, packet.length);
    const uint8_t *bytes = packet.frame + packet.link_length;
    size_t length = packet.length - packet.link_length;
    int error = 0, fragment = is_fragment4(bytes, length);
    uint8_t flags = 0;
    long before = fragment ? reassembly_requests() : 0;
    if (length >= 40 && bytes[0] >> 4 == 6) set_frag6_room(passes_frag6(bytes, length));
    if (packet.local) error = send_local(&packet, &flags);
    else {
        struct device *device = &devices[packet.device];
        if (packet.device >= device_count) { errno = ENODEV; die("packet"); }
        set_metadata(device, packet.mark, packet.packet_type);
        if (write(device->fd, packet.frame, packet.length) < 0) error = errno;
    }
    if (fragment && reassembly_requests() != before) flags |= FLAG_REASSEMBLY;
    put32(error);
    put8(flags);
    size_t count_at = response_length;
    put32(0);
    uint32_t events = put_events();
    memcpy(response + count_at, &events, 4);
}

/* All packets of a host come on one processor, so that rules about processors judge each batch alike. */
static void judge(struct cursor *cursor) {
    static int processor = -1;
    cpu_set_t everywhere, here;
    if (processor < 0) processor = sched_getcpu();
    CPU_ZERO(&here);
    CPU_SET(processor, &here);
    sched_getaffinity(0, sizeof everywhere, &everywhere);
    if (sched_setaffinity(0, sizeof here, &here) < 0) die("processor");
    uint32_t count = take32(cursor);
    discard_events();
    while (count-- > 0) judge_packet(cursor);
    sched_setaffinity(0, sizeof everywhere, &everywhere);
}

/* ---- frames ---- */

static int read_whole(void *buffer, size_t length) {
    for (size_t at = 0; at < length;) {
        ssize_t got = read(0, (uint8_t *)buffer + at, length - at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        at += got;
    }
    return 1;
}

static void write_response(void) {
    uint32_t length = response_length - 4;
    memcpy(response, &length, 4);
    for (size_t at = 0; at < response_length;) {
        ssize_t put = write(1, response + at, response_length - at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) exit(1);
        at += put;
    }
}

int main(void) {
    libbpf_set_print(NULL);
    enter_namespace();
    open_log();
    forbid_queues();
    own_xtables_lock();
    for (uint32_t length; read_whole(&length, 4);) {
        uint8_t *request = malloc(length ? length : 1);
        if (!request || !read_whole(request, length)) return 1;
        struct cursor cursor = { request, request + length };
        response_length = 0;
        put32(0);
        switch (take8(&cursor)) {
        case KIND_OPEN: open_device(&cursor); break;
        case KIND_RUN: run_command(&cursor); break;
        case KIND_JUDGE: judge(&cursor); break;
        case KIND_SOCKET: open_socket(&cursor); break;
        case KIND_ACCOUNT: add_account(&cursor); break;
        default: errno = EPROTO; die("request");
        }
        write_response();
        free(request);
    }
    return 0;
}
