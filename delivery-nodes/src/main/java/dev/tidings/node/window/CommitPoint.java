package dev.tidings.node.window;

import java.util.Base64;
import java.util.BitSet;

/**
 * The commit of a partition: the low watermark as Kafka's offset, and the resolved records beyond
 * it as the commit's metadata, so that a new owner repeats few of them.
 *
 * @param low the first offset not resolved
 * @param resolvedBeyond the resolved records by distance from {@code low}; never more than {@link
 *     #MAX_DISTANCE}
 */
public record CommitPoint(long low, BitSet resolvedBeyond) {
  /**
   * The largest distance that fits, in Base64, the limit of Kafka's metadata ({@code
   * offset.metadata.max.bytes}, 4,096).
   */
  static final int MAX_DISTANCE = 3_000 * Byte.SIZE;

  private static final String VERSION = "1:";

  public String metadata() {
    return resolvedBeyond.isEmpty()
        ? ""
        : VERSION + Base64.getEncoder().encodeToString(resolvedBeyond.toByteArray());
  }

  /** Parses a commit; metadata of another program only means that more records are repeated. */
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
