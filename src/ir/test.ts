/** A value and whether `!` stood before its option. */
export interface Test<T> {
  readonly value: T;
  readonly negated: boolean;
}

/** Inclusive range of unsigned integers. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** `field & mask == value`; bits of `value` outside `mask` make it unsatisfiable. Unsigned 32-bit. */
export interface Masked {
  readonly value: number;
  readonly mask: number;
}

/** An interface name, or with `prefix` every name that begins with it (`eth+`; a lone `+` is the empty prefix). */
export interface InterfacePattern {
  readonly name: string;
  readonly prefix: boolean;
}
