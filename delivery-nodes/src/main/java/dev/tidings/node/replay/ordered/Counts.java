package dev.tidings.node.replay.ordered;

import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a partition has counted of an order. Not thread-safe. */
final class Counts {
  /** Of a partition; what is beyond is not counted: 5 MB. */
  private static final int MOST_DEVICES = 100_000;

  private final long startedAt;
  private final Set<Long> devices = new HashSet<>();
  private long found;
  private long sent;
  private long away;
  private long leftOut;
  private long changes;

  /**
   * @param before where it goes on; null at the beginning
   */
  Counts(@Nullable ReplayProgress before, long now) {
    this.startedAt = before == null ? now : before.getStartedAt();
    if (before != null) {
      sent = before.getSent();
      away = before.getAway();
      leftOut = before.getLeftOut();
    }
  }

  /** In a dry run: it would be sent. */
  void found(DeviceId device, boolean isHere) {
    found++;
    away += isHere ? 0 : 1;
    if (devices.size() < MOST_DEVICES) {
      // Two devices in a hundred billion have the same.
      devices.add(device.value().hashCode() * 0x9e3779b97f4a7c15L ^ fold(device.value()));
    }
    changes++;
  }

  private static long fold(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  void sent() {
    sent++;
    changes++;
  }

  void away(int count) {
    away += count;
    changes += count;
  }

  void leftOut() {
    leftOut++;
    changes++;
  }

  /** How often something was counted. */
  long changes() {
    return changes;
  }

  ReplayProgress progress(long cursor, boolean cut, long now, @Nullable Ending ending) {
    return new ReplayProgress(
        cursor,
        found,
        (long) devices.size(),
        sent,
        away,
        leftOut,
        cut,
        startedAt,
        now,
        ending == null ? null : ending.label());
  }
}
