package dev.tidings.node.inbox;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which notifications stand for one another: those of a token with the same {@code
 * apns-collapse-id}, and, if the app's policy is keep-latest, all of a token. The key is a 64-bit
 * hash, for a device's inbox holds one for each such entry; within one inbox two that differ meet
 * by chance once in some 10<sup>19</sup>. Thread-safe.
 */
public final class CollapseKeys {
  /** Of a notification that stands for itself. */
  public static final long NONE = 0;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Set<String> keepLatest;

  /**
   * @param keepLatest apps of whose undelivered notifications only the latest is kept
   */
  public CollapseKeys(Set<String> keepLatest) {
    this.keepLatest = Set.copyOf(keepLatest);
  }

  public long of(String app, String token, @Nullable String collapseId) {
    if (keepLatest.contains(app)) {
      return present(hash(FNV_OFFSET, token));
    }
    return collapseId == null
        ? NONE
        : present(hash(hash(FNV_OFFSET, token) * FNV_PRIME, collapseId));
  }

  /** Whether an app's policy is keep-latest. */
  public boolean keepsLatest(String app) {
    return keepLatest.contains(app);
  }

  /** FNV-1a over the characters. */
  private static long hash(long start, String text) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private static long present(long hash) {
    // The high bits of FNV-1a know little of the last characters (the finalizer of MurmurHash3).
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    return mixed == NONE ? 1 : mixed;
  }
}
