package dev.tidings.service.kafka;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The committed offsets up to which Kafka Streams restores tables whose topics it reads itself. It
 * takes a missing one for 0, and so for restored what is still empty. That is right for a group
 * that has never committed, and what it reads from the beginning then. But a coordinator that is
 * moving to another broker may say for a moment that there is none (KAFKA-20416); the group then
 * reads on where it was, and all earlier records would be missing. So where the topic has records,
 * a missing commit is asked for again. For any thread, which waits meanwhile.
 */
final class ChangelogCommits {
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Duration pause;

  ChangelogCommits() {
    this(PAUSE);
  }

  ChangelogCommits(Duration pause) {
    this.pause = pause;
  }

  /**
   * Returns the group's answer.
   *
   * @param ask asks the group
   * @param missing waits for an answer, and returns those partitions with records that have no
   *     commit in it
   */
  <T> T of(Supplier<T> ask, Function<T, Set<TopicPartition>> missing) {
    T answer = ask.get();
    for (int tries = 1; tries < TRIES && !missing.apply(answer).isEmpty(); tries++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.toMillis()));
      if (Thread.currentThread().isInterrupted()) {
        return answer;
      }
      answer = ask.get();
    }
    return answer;
  }
}
