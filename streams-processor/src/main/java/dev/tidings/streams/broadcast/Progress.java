package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The progress of one partition with a broadcast.
 *
 * @param startedAt in ms since the epoch; null before it has
 * @param subscribers how many there were at the start; null if they were not counted
 * @param seen how many were looked at
 * @param sent how many deliveries were written
 * @param endedAt in ms since the epoch; null before it has
 * @param ending how it ended; null before it has
 */
record Progress(
    SubscriberCursor cursor,
    @Nullable Long startedAt,
    @Nullable Long subscribers,
    long seen,
    long sent,
    @Nullable Long endedAt,
    @Nullable String ending) {
  static final Progress NONE = new Progress(SubscriberCursor.START, null, null, 0, 0, null, null);

  static Progress of(Broadcast record) {
    @Nullable Long seen = record.getSeen();
    @Nullable Long sent = record.getSent();
    return new Progress(
        SubscriberCursor.of(record.getCursor()),
        record.getStartedAt(),
        record.getSubscribers(),
        seen == null ? 0 : seen,
        sent == null ? 0 : sent,
        record.getEndedAt(),
        record.getEnding());
  }

  /** Returns whether all who were meant were sent to. */
  boolean isCompleted() {
    return FanOut.COMPLETED.equals(ending);
  }

  /** Returns when it was begun to be sent; {@code now} if that is not known. */
  long begunAt(long now) {
    return startedAt != null ? startedAt : endedAt != null ? endedAt : now;
  }

  /** Returns whether another one, of the same broadcast, is from before this one. */
  boolean isBeyond(Progress other) {
    return endedAt != null
        ? other.endedAt() == null
        : other.endedAt() == null && cursor.compareTo(other.cursor()) > 0;
  }

  /** Returns the same, ended. */
  Progress ended(String how, long at) {
    return new Progress(cursor, startedAt, subscribers, seen, sent, at, how);
  }

  /** Returns the record of it. */
  Broadcast record(BroadcastJob request) {
    return new Broadcast(
        null,
        request.app().value(),
        request.condition().toString(),
        request.spreadMillis() == 0 ? null : request.spreadMillis(),
        ByteBuffer.wrap(cursor.bytes()),
        startedAt,
        subscribers,
        seen,
        sent,
        endedAt,
        ending);
  }
}
