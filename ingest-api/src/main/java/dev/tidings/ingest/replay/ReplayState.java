package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.ReplayOrder;
import org.jspecify.annotations.Nullable;

/**
 * How far a replay has come, as far as it is known.
 *
 * @param state {@code waiting}, {@code running}, {@code stopping}, or how it has ended
 * @param partitions how many of them are done with it
 * @param found in a dry run: how many would be sent
 * @param devices in a dry run: to how many
 * @param sent how many the devices have confirmed
 * @param away how many were for devices that were not there, or took nothing
 * @param leftOut how many are not to be sent
 * @param cut whether the log no longer had the beginning
 * @param startedAt when the first partition began, in ms since the epoch; null before
 * @param endedAt when the last one was done; null before
 */
public record ReplayState(
    String id,
    ReplayOrder order,
    String state,
    int partitions,
    long found,
    long devices,
    long sent,
    long away,
    long leftOut,
    boolean cut,
    @Nullable Long startedAt,
    @Nullable Long endedAt) {
  /** Returns whether all partitions are done with it. */
  public boolean isOver() {
    return endedAt != null;
  }

  /** Returns the same, to be stopped. */
  ReplayState stopping() {
    return new ReplayState(
        id,
        order,
        "stopping",
        partitions,
        found,
        devices,
        sent,
        away,
        leftOut,
        cut,
        startedAt,
        endedAt);
  }
}
