/** Connection tracking states, in the order iptables saves them. */
export const ctStates = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'] as const;
export type CtState = (typeof ctStates)[number];

/** What `--ctstate` may name: the states, and the two status bits it or-s with them. */
export const ctStateFlags = [...ctStates, 'SNAT', 'DNAT'] as const;
export type CtStateFlag = (typeof ctStateFlags)[number];

export const ctStatuses = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;
export type CtStatus = (typeof ctStatuses)[number];

export type CtDirection = 'ORIGINAL' | 'REPLY';
