/** What classic BPF loads from these offsets on, each up to the next: the link layer, the packet from its IP header on, metadata. */
export const loadOffsets = { link: 0xffe0_0000, network: 0xfff0_0000, metadata: 0xffff_f000 } as const;

export const isFromNetworkHeader = (offset: number): boolean => offset >= loadOffsets.network && offset < loadOffsets.metadata;
