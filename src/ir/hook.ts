/** The five netfilter hooks, in the order a forwarded and a local packet meet them. */
export const hooks = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
export type Hook = (typeof hooks)[number];

/** The tables in the order `fmt` prints them. */
export const tableNames = ['raw', 'mangle', 'nat', 'filter', 'security'] as const;
export type TableName = (typeof tableNames)[number];

/** The built-in chains of each table, in hook order. */
export const builtinChains: { readonly [T in TableName]: readonly Hook[] } = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: hooks,
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};
