package dev.tidings.node.inbox;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A record without effect, written to a partition of {@code inbox} at takeover. Once it has been
 * read back by the store's processor, every earlier record is in the store: only then may a device
 * be told that it has no parked entries.
 */
public final class Fence {
  private static final int BYTES = Short.BYTES + 2 * Long.BYTES;

  private Fence() {}

  /** Returns a unique key that no device's entry can have: a device's length is never 0. */
  public static byte[] create() {
    UUID unique = UUID.randomUUID();
    return ByteBuffer.allocate(BYTES)
        .putShort((short) 0)
        .putLong(unique.getMostSignificantBits())
        .putLong(unique.getLeastSignificantBits())
        .array();
  }

  static boolean isFence(byte[] key) {
    return key.length == BYTES && key[0] == 0 && key[1] == 0;
  }
}
