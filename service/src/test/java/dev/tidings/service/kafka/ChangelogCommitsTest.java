package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Shows G99 of docs/guarantees.md. */
class ChangelogCommitsTest {
  private static final Set<TopicPartition> ONE = Set.of(new TopicPartition("inbox", 1));

  private final ChangelogCommits commits = new ChangelogCommits(Duration.ofMillis(1));
  private final AtomicInteger asked = new AtomicInteger();

  private int ask(List<Set<TopicPartition>> missing) {
    Queue<Set<TopicPartition>> answers = new ArrayDeque<>(missing);
    return commits.of(asked::incrementAndGet, answer -> answers.remove());
  }

  @Test
  void a_commit_that_is_missing_for_a_moment_is_waited_for() {
    assertThat(ask(List.of(ONE, ONE, Set.of()))).isEqualTo(3);
  }

  @Test
  void where_none_is_missing_nothing_is_asked_again() {
    assertThat(ask(List.of(Set.of()))).isEqualTo(1);
  }

  /** A group that has never committed: it reads from the beginning. */
  @Test
  void a_commit_that_stays_missing_is_not_waited_for_without_end() {
    assertThat(ask(List.of(ONE, ONE, ONE, ONE, ONE, ONE))).isEqualTo(5);
  }

  @Test
  void a_thread_that_is_to_end_does_not_wait() {
    Thread.currentThread().interrupt();

    assertThat(ask(List.of(ONE, ONE))).isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_group_that_has_never_committed_misses_no_commit_of_what_is_empty() {
    assertThat(commits.missing(commit(null), partition -> false)).isEmpty();
    assertThat(commits.missing(commit(null), partition -> true)).isEqualTo(ONE);
  }

  /** Of a copy that is kept for another process nobody knows whether its topic has records. */
  @Test
  void a_commit_that_was_there_is_missing_wherever_the_topic_is_served() {
    assertThat(commits.missing(commit(new OffsetAndMetadata(7)), partition -> false)).isEmpty();

    assertThat(commits.missing(commit(null), partition -> false)).isEqualTo(ONE);
  }

  private static Map<TopicPartition, OffsetAndMetadata> commit(OffsetAndMetadata commit) {
    return Collections.singletonMap(ONE.iterator().next(), commit);
  }
}
