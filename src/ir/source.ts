/** Where a node was written. Lines and columns count from 1, columns in UTF-16 units; `endColumn` is exclusive. */
export interface Source {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}
