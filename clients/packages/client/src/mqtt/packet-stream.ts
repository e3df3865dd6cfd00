import { MalformedPacketError } from './bytes.js';
import { decode } from './decode.js';
import type { ServerPacket } from './packets.js';

/** Cuts what arrives into packets, wherever it is cut itself; holds one packet at most. */
export class PacketStream {
  private pending = new Uint8Array(0);

  /**
   * @param maximum the size of the largest packet, its header included
   */
  constructor(private readonly maximum: number) {}

  /** Returns the packets that are complete now. */
  *push(bytes: Uint8Array): Generator<ServerPacket> {
    let input = bytes;
    if (this.pending.length > 0) {
      input = new Uint8Array(this.pending.length + bytes.length);
      input.set(this.pending);
      input.set(bytes, this.pending.length);
    }
    let at = 0;
    for (;;) {
      const frame = this.frame(input, at);
      if (!frame || frame.end > input.length) {
        break;
      }
      yield decode(input[at]!, input.subarray(frame.start, frame.end));
      at = frame.end;
    }
    this.pending = input.slice(at);
  }

  /** Where the body of the packet begins and ends; null if its length has not arrived yet. */
  private frame(input: Uint8Array, at: number): { start: number; end: number } | null {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const digit = input[at + 1 + i];
      if (digit === undefined) {
        return null;
      }
      length += (digit & 0x7f) * 128 ** i;
      if (digit < 0x80) {
        const start = at + 2 + i;
        if (start - at + length > this.maximum) {
          throw new MalformedPacketError(`packet: ${length} bytes (expected: <= ${this.maximum})`);
        }
        return { start, end: start + length };
      }
    }
    throw new MalformedPacketError('length: more than four bytes');
  }
}
