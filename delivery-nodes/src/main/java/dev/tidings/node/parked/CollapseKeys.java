package dev.tidings.node.parked;

import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the key under which a newer notification replaces an older one: shared by those of a
 * token with the same {@code apns-collapse-id} and, if the app's policy is keep-latest, by all of a
 * token. The key is a 64-bit hash, because a device's inbox stores one for each such entry; within
 * one inbox two different ones collide with a probability of about 10<sup>-19</sup>. Thread-safe.
 */
public final class CollapseKeys {
  /** The key of a notification that replaces no other. */
  public static final long NONE = 0;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Set<String> keepLatest;

  /**
   * @param keepLatest apps of which only the latest undelivered notification of a token is kept
   */
  public CollapseKeys(Set<String> keepLatest) {
    this.keepLatest = Set.copyOf(keepLatest);
  }

  /**
   * Returns the key of what was read.
   *
   * @param id tells whether it is a withdrawal: of these only another one of the same notification
   *     replaces one
   */
  public long of(String id, String app, String token, @Nullable String collapseId) {
    return WithdrawalId.isOne(id) ? ofWithdrawal(id, token) : of(app, token, collapseId);
  }

  /**
   * Returns the key of a withdrawal, by which the notification is found not to be wanted any more.
   *
   * @param id what stands for its id, as {@link WithdrawalId#of} says
   */
  public static long ofWithdrawal(String id, String token) {
    // The other way round than for collapse ids, which may be any text.
    return present(hash(hash(FNV_OFFSET, id) * FNV_PRIME, token));
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
    // The last characters hardly affect the high bits of FNV-1a, hence the finalizer of
    // MurmurHash3.
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    return mixed == NONE ? 1 : mixed;
  }
}
