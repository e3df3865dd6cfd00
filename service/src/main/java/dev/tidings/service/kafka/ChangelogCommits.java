package dev.tidings.service.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The committed offsets up to which Kafka Streams restores tables whose topics it reads itself. It
 * takes a missing one for 0, and so for restored what is still empty. That is right for a group
 * that has never committed, and what it reads from the beginning then. But a coordinator that is
 * moving to another broker may say for a moment that there is none (KAFKA-20416); the group then
 * reads on where it was, and all earlier records would be missing. A copy that is kept up to date
 * for another process follows the commits, and its thread ends if one goes back. So where the topic
 * has records, or the group has had a commit, a missing one is asked for again. For any thread,
 * which waits meanwhile.
 */
final class ChangelogCommits {
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Duration pause;

  /** Of which the group has had a commit. Nobody asks for the ends of what others serve. */
  private final Set<TopicPartition> committed = ConcurrentHashMap.newKeySet();

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

  /**
   * Returns the partitions whose commit should be there and is not.
   *
   * @param commits the group's answer; null for what has no commit
   * @param written whether a partition is known to have records
   */
  Set<TopicPartition> missing(
      Map<TopicPartition, @Nullable OffsetAndMetadata> commits, Predicate<TopicPartition> written) {
    Set<TopicPartition> missing = new HashSet<>();
    commits.forEach((partition, commit) -> {
      if (commit != null) {
        committed.add(partition);
      } else if (written.test(partition) || committed.contains(partition)) {
        missing.add(partition);
      }
    });
    return missing;
  }
}
