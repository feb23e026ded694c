import { describe, expect, it } from 'vitest';
import { available, compileXdp, frameOf, runXdp, withHost } from './index.js';
import { bytesOf, syn, udp, wire, world } from './world.js';

const program = (body: string): string => `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("xdp")
int judge(struct xdp_md *ctx) {
    unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    ${body}
}
char _license[] SEC("license") = "GPL";
`;

describe.skipIf(!available('xdp').ok)('the XDP runner', () => {
  it('tells the action of every frame', async () => {
    const object = await compileXdp(program('if (data + 24 > end) return XDP_ABORTED; return data[23] == 17 ? XDP_DROP : XDP_PASS;'));
    const frames = [wire(bytesOf(udp)), wire(bytesOf(syn)), wire(bytesOf(udp))].map((packet) => ({ bytes: frameOf(packet) }));
    const actions = await withHost(world, (host) => runXdp(host, object, [...frames, { bytes: new Uint8Array(14) }]));
    expect(actions).toEqual(['drop', 'pass', 'drop', 'aborted']);
  });

  it('lets frames come in by an interface', async () => {
    await withHost(world, async (host) => {
      const object = await compileXdp(program(`if (data + 14 > end) return XDP_ABORTED; return ctx->ingress_ifindex == ${host.interfaceIndex('eth1')} ? XDP_DROP : XDP_PASS;`));
      const bytes = frameOf(wire(bytesOf(udp)));
      expect(await runXdp(host, object, ['eth0', 'eth1', 'eth2'].map((inInterface) => ({ bytes, inInterface })))).toEqual(['pass', 'drop', 'pass']);
    });
  });

  it('shows the words of the compiler and of the verifier', async () => {
    await expect(compileXdp(program('int unused; return XDP_PASS;'))).rejects.toThrow(/unused variable/);
    const object = await compileXdp(program('return end > data ? data[20] : XDP_PASS;'));
    await expect(withHost(world, (host) => runXdp(host, object, []))).rejects.toThrow(/invalid access to packet/);
  });
});
