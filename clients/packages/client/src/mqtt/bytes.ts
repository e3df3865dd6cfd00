import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** What the other side sent is no MQTT. */
export class MalformedPacketError extends Error {
  override readonly name = 'MalformedPacketError';
}

/** Collects the bytes of a packet. */
export class ByteWriter {
  private readonly bytes: number[] = [];

  byte(value: number): this {
    this.bytes.push(value & 0xff);
    return this;
  }

  short(value: number): this {
    return this.byte(value >> 8).byte(value);
  }

  int(value: number): this {
    return this.short(Math.floor(value / 0x10000)).short(value % 0x10000);
  }

  variable(value: number): this {
    let rest = value;
    do {
      const digit = rest % 128;
      rest = Math.floor(rest / 128);
      this.byte(rest > 0 ? digit | 0x80 : digit);
    } while (rest > 0);
    return this;
  }

  raw(bytes: Uint8Array): this {
    for (const each of bytes) {
      this.bytes.push(each);
    }
    return this;
  }

  /** Bytes with their length in front. */
  binary(bytes: Uint8Array): this {
    if (bytes.length > 0xffff) {
      throw new RangeError(`length: ${bytes.length} bytes (expected: <= 65535)`);
    }
    return this.short(bytes.length).raw(bytes);
  }

  text(value: string): this {
    return this.binary(encodeUtf8(value));
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/** Reads the bytes of a packet; throws a {@link MalformedPacketError} behind their end. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) {
      throw new MalformedPacketError(`length: ${length} bytes (expected: <= ${this.left})`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  short(): number {
    return this.byte() * 0x100 + this.byte();
  }

  int(): number {
    return this.short() * 0x10000 + this.short();
  }

  variable(): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 3; scale *= 128) {
      const digit = this.byte();
      value += (digit & 0x7f) * scale;
      if (digit < 0x80) {
        return value;
      }
    }
    throw new MalformedPacketError('length: more than four bytes');
  }

  binary(): Uint8Array {
    return this.take(this.short());
  }

  text(): string {
    return decodeUtf8(this.binary());
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }
}
