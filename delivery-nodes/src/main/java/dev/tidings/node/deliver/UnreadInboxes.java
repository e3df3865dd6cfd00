package dev.tidings.node.deliver;

import dev.tidings.schemas.value.DeviceId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The devices that have been found to have parked entries that can't be read yet. For a while what
 * lies behind such an entry waits for it, to keep the order; after that it is passed over, and
 * looked for ever more seldom. Confined to the partition's loop, but for the count.
 */
final class UnreadInboxes {
  /** For how long all that a device has behind such entries waits, in milliseconds. */
  static final long PATIENCE = 30_000;

  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE_WAITING = 5_000;
  private static final long LONGEST_PAUSE_PASSING = 60_000;

  private final Map<DeviceId, Unread> devices = new HashMap<>();
  private volatile int count;

  private static final class Unread {
    private final long since;
    private long pause = FIRST_PAUSE / 2;

    Unread(long since) {
      this.since = since;
    }
  }

  /** How many devices there are. */
  int count() {
    return count;
  }

  /** Whether a device's entries that can't be read yet are passed over. */
  boolean passes(DeviceId device, long now) {
    @Nullable Unread unread = devices.get(device);
    return unread != null && now - unread.since >= PATIENCE;
  }

  /**
   * One was found.
   *
   * @param now by the time that ages are told by
   * @return in how many milliseconds to look again
   */
  long found(DeviceId device, long now) {
    Unread unread = devices.computeIfAbsent(device, id -> new Unread(now));
    count = devices.size();
    long left = PATIENCE - (now - unread.since);
    if (left <= 0) {
      unread.pause = Math.min(2 * unread.pause, LONGEST_PAUSE_PASSING);
      return unread.pause;
    }
    unread.pause = Math.min(2 * unread.pause, LONGEST_PAUSE_WAITING);
    return Math.min(unread.pause, left);
  }

  /** There is none of the device's any more. */
  void forget(DeviceId device) {
    if (devices.remove(device) != null) {
      count = devices.size();
    }
  }
}
