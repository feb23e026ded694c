/** A node's content as one text, without its place in the file: two nodes that say the same have the same identity. */
export function identityOf(node: object): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'source') return undefined;
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
