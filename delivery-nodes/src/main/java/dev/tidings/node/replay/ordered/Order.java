package dev.tidings.node.replay.ordered;

import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An order, as a partition has to carry it out.
 *
 * @param before how far the partition has come with it; null if it has not begun
 * @param isToStop whether it is to be carried out no further
 */
public record Order(
    String id, ReplayOrder asked, @Nullable ReplayProgress before, boolean isToStop) {
  /** No position. */
  static final long NONE = -1;

  /** The only device that is meant; null for all. */
  @Nullable DeviceId device() {
    @Nullable String device = asked.getDevice();
    return device == null ? null : new DeviceId(device);
  }

  /** What is left of the span, behind a position of a life of the log. */
  ReplaySpan span(long cursor, Life life) {
    @Nullable List<String> apps = asked.getApps();
    return new ReplaySpan(
        cursor != NONE && Life.numberOf(cursor) == life.number()
            ? new ReplaySpan.Position(cursor)
            : new ReplaySpan.Time(asked.getSince()),
        asked.getUntil(),
        apps == null ? null : Set.copyOf(apps));
  }

  /** How many of it a partition sends in a second. */
  int share() {
    return Math.max(1, asked.getRate() / Math.max(1, asked.getPartitions()));
  }
}
