package dev.tidings.ingest.broadcast;

import org.jspecify.annotations.Nullable;

/**
 * The state of a broadcast, as far as it is known.
 *
 * @param state {@code waiting}, {@code running}, {@code stopping}, or how it ended
 * @param missing how many partitions nothing is known of
 * @param waiting how many partitions have not begun
 * @param running how many have
 * @param ended how many are done with it
 * @param rejected how many of those could not send it
 * @param subscribers how many were looked at
 * @param total how many there are to look at; null if that is unknown
 * @param sent how many deliveries were written
 * @param startedAt when the first partition began, in ms since the epoch; null before
 * @param endedAt when the last one was done; null before
 */
public record BroadcastState(
    String app,
    String condition,
    String state,
    int missing,
    int waiting,
    int running,
    int ended,
    int rejected,
    long subscribers,
    @Nullable Long total,
    long sent,
    @Nullable Long startedAt,
    @Nullable Long endedAt) {
  /** Returns whether every partition that has it is done with it. */
  public boolean isOver() {
    return waiting == 0 && running == 0;
  }

  /** Returns whether every partition that is not done with it has been told to stop. */
  boolean isStopping() {
    return state.equals("stopping");
  }
}
