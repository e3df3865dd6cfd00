package dev.tidings.node.log.partition;

import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.StartPoint;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A partition that is being read, and its position. For one thread. */
public final class OwnedPartition {
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
  private boolean lookedUp;
  private boolean lookupFailed;
  private Optional<String> trouble = Optional.empty();
  private int attempts;
  private long unknownAt = -1;
  private int unknownTries;

  public OwnedPartition(TopicPartition partition, DeliverySink sink, StartPoint startPoint) {
    this.partition = partition;
    this.sink = sink;
    this.life = startPoint.life();
    this.begun = startPoint.point();
    this.newest = startPoint.point();
    this.next = startPoint.offset();
  }

  /** Restarts at another position. */
  public void begin(StartPoint startPoint) {
    life = startPoint.life();
    begun = startPoint.point();
    newest = startPoint.point();
    next = startPoint.offset();
    epoch = Optional.empty();
    uncommitted = true;
  }

  public TopicPartition partition() {
    return partition;
  }

  public int number() {
    return partition.partition();
  }

  public DeliverySink sink() {
    return sink;
  }

  public Life life() {
    return life;
  }

  /** Returns the commit point at which reading began. */
  public CommitPoint begun() {
    return begun;
  }

  /** Returns the current commit point. */
  public CommitPoint newest() {
    return newest;
  }

  /** Returns the offset after the last record read. */
  public long next() {
    return next;
  }

  public Optional<Integer> epoch() {
    return epoch;
  }

  public void recordRead(long nextOffset, Optional<Integer> leaderEpoch) {
    // Records before the commit are read a second time and do not move the position.
    if (nextOffset > next) {
      next = nextOffset;
      epoch = leaderEpoch;
    }
  }

  /**
   * Sets the commit point. A point of an earlier life cannot be committed any more; its remaining
   * entries are parked.
   */
  public void resolved(CommitPoint point) {
    if (Life.numberOf(point.low()) == life.number()) {
      newest = point;
      uncommitted = true;
    }
  }

  public boolean isUncommitted() {
    return uncommitted;
  }

  public void uncommitted(boolean now) {
    uncommitted = now;
  }

  public OffsetAndMetadata commit() {
    return new Commit(
            life.number(), life.topic(), Math.max(next, Life.offsetOf(newest.low())), epoch, newest)
        .toKafka();
  }

  /**
   * Returns whether a record whose schema no registry knows is retried, because the schema may have
   * been registered only just now. The later records of the partition wait for it.
   */
  public boolean mayBeKnownSoon(long offset) {
    if (unknownAt != offset) {
      unknownAt = offset;
      unknownTries = 0;
    }
    return ++unknownTries < TRIES_OF_UNKNOWN;
  }

  // ---- Suspended --------------------------------------------------------------------------------

  /** Suspends the partition until that time; the others continue. */
  public void suspend(long until, String why) {
    suspendedUntil = until;
    lookedUp = false;
    lookupFailed = false;
    trouble = Optional.of(why);
    attempts++;
  }

  /** Suspends the partition until it is known what the brokers have of it. */
  public void awaitLookup() {
    lookedUp = true;
  }

  /** Returns whether it is being found out what the brokers have of the partition. */
  public boolean isLookedUp() {
    return lookedUp;
  }

  /** It is suspended because that was not found out: knowing it is enough to be well again. */
  public void lookupFailed() {
    lookupFailed = true;
  }

  public boolean hasLookupFailed() {
    return lookupFailed;
  }

  public boolean isSuspended() {
    return lookedUp || suspendedUntil != 0;
  }

  public boolean isSuspendedAt(long now) {
    return lookedUp || (suspendedUntil != 0 && now - suspendedUntil < 0);
  }

  public void isTriedAgain() {
    suspendedUntil = 0;
    lookedUp = false;
  }

  /** Returns the number of failed attempts at the current position. */
  public int attempts() {
    return attempts;
  }

  /** Returns the reason of the suspension; empty after a successful read. */
  public Optional<String> trouble() {
    return trouble;
  }

  public void isWell() {
    trouble = Optional.empty();
    lookupFailed = false;
    attempts = 0;
  }

  /** Skips a record that cannot be read. */
  public void skip() {
    next++;
    epoch = Optional.empty();
  }
}
