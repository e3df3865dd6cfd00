package dev.tidings.node.inbox;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A record without effect, written to a partition of {@code inbox} at take-over. When it has come
 * back through the store's processor, everything written before it stands: only then may a device
 * be told that nothing is parked for it.
 */
public final class Fence {
  private static final int BYTES = Short.BYTES + 2 * Long.BYTES;

  private Fence() {}

  /** A key of its own, which no device's entry can have: their length is never 0. */
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
