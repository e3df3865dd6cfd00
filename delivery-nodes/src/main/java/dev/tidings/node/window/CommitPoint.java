package dev.tidings.node.window;

import java.util.Base64;
import java.util.BitSet;

/**
 * What is committed of a partition: the low watermark as Kafka's offset, and what is resolved
 * beyond it as the commit's metadata, so that whoever takes over repeats little.
 *
 * @param low the first offset not resolved
 * @param resolvedBeyond by distance from {@code low}; never more than {@link #MAX_DISTANCE}
 */
public record CommitPoint(long low, BitSet resolvedBeyond) {
  /**
   * Kafka bounds the metadata ({@code offset.metadata.max.bytes}, 4,096): so many bits fit, Base64.
   */
  static final int MAX_DISTANCE = 3_000 * Byte.SIZE;

  private static final String VERSION = "1:";

  public String metadata() {
    return resolvedBeyond.isEmpty()
        ? ""
        : VERSION + Base64.getEncoder().encodeToString(resolvedBeyond.toByteArray());
  }

  /** Reads a commit; metadata that is not ours only means that more is repeated. */
  public static CommitPoint of(long low, String metadata) {
    if (!metadata.startsWith(VERSION)) {
      return new CommitPoint(low, new BitSet());
    }
    try {
      byte[] bits = Base64.getDecoder().decode(metadata.substring(VERSION.length()));
      return new CommitPoint(low, BitSet.valueOf(bits));
    } catch (IllegalArgumentException e) {
      return new CommitPoint(low, new BitSet());
    }
  }

  public boolean isResolved(long offset) {
    long distance = offset - low;
    return distance < 0 || (distance < MAX_DISTANCE && resolvedBeyond.get((int) distance));
  }
}
