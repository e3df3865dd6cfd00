package dev.tidings.ingest.revoked;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A Bloom filter over tokens, in a fixed amount of memory outside the heap. A token is random from
 * its second byte on, so its own bytes are the hash. All bits of a token are in one block of 64
 * bytes: a look-up costs one cache line. Written by one thread, read by all.
 */
final class TokenFilter {
  private static final int BLOCK_LONGS = 8;
  private static final int BITS = 7;
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer bits;
  private final int blocks;

  /**
   * Creates an empty filter.
   *
   * @param bytes its size; rounded down to whole blocks
   */
  TokenFilter(long bytes) {
    blocks = Math.clamp(bytes / (BLOCK_LONGS * Long.BYTES), 1, 1 << 24);
    bits =
        ByteBuffer.allocateDirect(blocks * BLOCK_LONGS * Long.BYTES).order(ByteOrder.nativeOrder());
  }

  void add(byte[] token) {
    int block = block(token);
    long rest = rest(token);
    for (int i = 0; i < BITS; i++) {
      int at = index(block, rest);
      LONGS.setRelease(bits, at, (long) LONGS.get(bits, at) | 1L << (rest & 63));
      rest >>>= 9;
    }
  }

  /** Returns false only if the token was never added. */
  boolean mayContain(byte[] token) {
    int block = block(token);
    long rest = rest(token);
    for (int i = 0; i < BITS; i++) {
      if (((long) LONGS.getAcquire(bits, index(block, rest)) & 1L << (rest & 63)) == 0) {
        return false;
      }
      rest >>>= 9;
    }
    return true;
  }

  private int block(byte[] token) {
    long high = ByteBuffer.wrap(token).getLong(16);
    return (int) Long.remainderUnsigned(high, blocks);
  }

  private static long rest(byte[] token) {
    return ByteBuffer.wrap(token).getLong(24) * 0x9e3779b97f4a7c15L;
  }

  /** Returns a bit index: of each nine bits, six choose the bit of a word and three the word. */
  private static int index(int block, long rest) {
    int word = (int) (rest >>> 6 & (BLOCK_LONGS - 1));
    return (block * BLOCK_LONGS + word) * Long.BYTES;
  }

  /** Sets all bits, so that no token is excluded. */
  void fill() {
    for (int at = 0; at < bits.capacity(); at += Long.BYTES) {
      LONGS.setRelease(bits, at, -1L);
    }
  }

  /** Returns the bits, to be saved, or to be loaded before the filter is used. */
  ByteBuffer bits() {
    return bits.duplicate();
  }
}
