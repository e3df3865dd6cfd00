package dev.tidings.node.log;

import dev.tidings.node.log.life.Beginning;
import dev.tidings.node.log.life.Commit;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A partition that is being read, and how far. For one thread. */
final class OwnedPartition {
  private static final int TRIES_OF_UNKNOWN = 4;

  private final TopicPartition partition;
  private final DeliverySink sink;
  private Life life;
  private CommitPoint begun;
  private CommitPoint newest;
  private long next;
  private Optional<Integer> epoch = Optional.empty();
  private boolean uncommitted = true;
  private long suspendedUntil;
  private Optional<String> trouble = Optional.empty();
  private int attempts;
  private long unknownAt = -1;
  private int unknownTries;

  OwnedPartition(TopicPartition partition, DeliverySink sink, Beginning beginning) {
    this.partition = partition;
    this.sink = sink;
    this.life = beginning.life();
    this.begun = beginning.point();
    this.newest = beginning.point();
    this.next = beginning.offset();
  }

  /** Begins once more, elsewhere. */
  void begins(Beginning beginning) {
    life = beginning.life();
    begun = beginning.point();
    newest = beginning.point();
    next = beginning.offset();
    epoch = Optional.empty();
    uncommitted = true;
  }

  TopicPartition partition() {
    return partition;
  }

  int number() {
    return partition.partition();
  }

  DeliverySink sink() {
    return sink;
  }

  Life life() {
    return life;
  }

  /** What was resolved when reading began. */
  CommitPoint begun() {
    return begun;
  }

  /** What is resolved now. */
  CommitPoint newest() {
    return newest;
  }

  /** The offset behind the last record read. */
  long next() {
    return next;
  }

  Optional<Integer> epoch() {
    return epoch;
  }

  void hasRead(long nextOffset, Optional<Integer> leaderEpoch) {
    // What comes before the commit is read again, and tells nothing new.
    if (nextOffset > next) {
      next = nextOffset;
      epoch = leaderEpoch;
    }
  }

  /** Takes what is resolved; what is left of an earlier life can't be committed, and is parked. */
  void resolved(CommitPoint point) {
    if (Life.numberOf(point.low()) == life.number()) {
      newest = point;
      uncommitted = true;
    }
  }

  boolean isUncommitted() {
    return uncommitted;
  }

  void uncommitted(boolean now) {
    uncommitted = now;
  }

  OffsetAndMetadata commit() {
    return new Commit(
            life.number(), life.topic(), Math.max(next, Life.offsetOf(newest.low())), epoch, newest)
        .toKafka();
  }

  /**
   * Whether a record whose schema no registry knows is tried again: one of them may have been told
   * it only just. The others of the partition wait that long for it.
   */
  boolean mayBeKnownSoon(long offset) {
    if (unknownAt != offset) {
      unknownAt = offset;
      unknownTries = 0;
    }
    return ++unknownTries < TRIES_OF_UNKNOWN;
  }

  // ---- Suspended --------------------------------------------------------------------------------

  /** It can't be read on before that time; the others can. */
  void suspend(long until, String why) {
    suspendedUntil = until;
    trouble = Optional.of(why);
    attempts++;
  }

  boolean isSuspended() {
    return suspendedUntil != 0;
  }

  boolean isSuspendedAt(long now) {
    return isSuspended() && now - suspendedUntil < 0;
  }

  void isTriedAgain() {
    suspendedUntil = 0;
  }

  /** How often it could not be read on where it is. */
  int attempts() {
    return attempts;
  }

  /** Why it can't be read on; empty once it was. */
  Optional<String> trouble() {
    return trouble;
  }

  void isWell() {
    trouble = Optional.empty();
    attempts = 0;
  }

  /** Passes over a record that can't be read. */
  void skip() {
    next++;
    epoch = Optional.empty();
  }
}
