package dev.tidings.ingest.audit;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** One partition of {@code notifications}: how far it was audited, and what is missing. */
final class AuditedPartition {
  /** How many may be missing before the audit of the partition waits. */
  static final int MOST_MISSING = 10_000;

  private final Uuid topic;
  private final SortedMap<Long, Missing> missing = new TreeMap<>();
  private long position;
  private long since;
  private long until;

  /**
   * A notification without a receipt.
   *
   * @param round the number of the round in which it was found
   * @param difference whether it was missing in a later one, too
   */
  private record Missing(Accepted accepted, long round, boolean difference) {}

  private AuditedPartition(Uuid topic, long position, long since, long until) {
    this.topic = topic;
    this.position = position;
    this.since = since;
    this.until = until;
  }

  /** Begins at the present. */
  static AuditedPartition anew(Uuid topic, long end, long now) {
    return new AuditedPartition(topic, end, now, now);
  }

  /** Goes on where it was left. */
  static AuditedPartition from(AuditState state, long offset) {
    AuditedPartition made =
        new AuditedPartition(state.topic(), offset, state.since(), state.until());
    state.listed().forEach(each -> made.missing.put(each.offset(), new Missing(each, 0, true)));
    return made;
  }

  long position() {
    return position;
  }

  long until() {
    return until;
  }

  boolean isFull() {
    return missing.size() >= MOST_MISSING;
  }

  /** Tells that all before an offset was read. */
  void moveTo(long offset) {
    position = offset;
  }

  /** Tells that all that was accepted by then was read. */
  void reached(long time) {
    until = Math.max(until, time);
  }

  /** Tells that what was accepted at this time cannot be audited. */
  void skipped(long time) {
    since = Math.max(since, time);
  }

  void found(long offset) {
    missing.remove(offset);
  }

  void missing(Accepted accepted, long round) {
    @Nullable Missing known =
        missing.putIfAbsent(accepted.offset(), new Missing(accepted, round, false));
    if (known != null && known.round() < round) {
      missing.put(accepted.offset(), new Missing(accepted, known.round(), true));
    }
  }

  /**
   * Returns all that is missing.
   *
   * @param kept what was accepted before is forgotten: the log does not have it any more
   */
  List<Accepted> missing(long kept) {
    missing.values().removeIf(each -> each.accepted().at() < kept);
    return missing.values().stream().map(Missing::accepted).toList();
  }

  /** Returns how many are missing for certain. */
  int differences() {
    return (int) missing.values().stream().filter(Missing::difference).count();
  }

  AuditState state() {
    return AuditState.of(
        topic,
        since,
        until,
        missing.values().stream().filter(Missing::difference).map(Missing::accepted).toList());
  }

  /**
   * Returns where whoever has the state is to go on: behind all but those missing ones that are not
   * in it.
   */
  long resume(AuditState state) {
    long listed = state.listed().size();
    for (Missing each : missing.values()) {
      if (!each.difference() || listed-- <= 0) {
        return Math.min(position, each.accepted().offset());
      }
    }
    return position;
  }
}
