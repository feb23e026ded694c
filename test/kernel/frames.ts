/** Writes the little-endian frames that `judge/judge.c` reads. */
export class FrameWriter {
  #buffer = Buffer.alloc(4096);
  #length = 4;

  constructor(kind: number) {
    this.u8(kind);
  }

  #reserve(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], this.#length * 2);
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer.writeUInt8(value, at);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer.writeUInt16LE(value, at);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32LE(value >>> 0, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  finish(): Buffer {
    this.#buffer.writeUInt32LE(this.#length - 4, 0);
    return this.#buffer.subarray(0, this.#length);
  }
}

/** Reads one response. */
export class FrameReader {
  #at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  u8(): number {
    this.#at += 1;
    return this.#buffer.readUInt8(this.#at - 1);
  }

  u32(): number {
    this.#at += 4;
    return this.#buffer.readUInt32LE(this.#at - 4);
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    if (this.#at > this.#buffer.length) throw new Error('the judge sent a response cut short');
    return Uint8Array.from(this.#buffer.subarray(this.#at - length, this.#at));
  }
}
