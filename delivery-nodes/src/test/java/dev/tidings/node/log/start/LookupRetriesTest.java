package dev.tidings.node.log.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.partition.ReaderMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Shows G54 of docs/guarantees.md. */
class LookupRetriesTest {
  private static final TopicPartition FIRST = new TopicPartition("tidings.deliveries", 2);
  private static final TopicPartition SECOND = new TopicPartition("tidings.deliveries", 10);
  private static final Duration HALF = Duration.ofMillis(500);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LookupRetries retries = new LookupRetries(new ReaderMeters(meters));
  private long now = Long.MAX_VALUE - 1_000;

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void the_pauses_double_up_to_the_longest() {
    Duration longest = LookupRetries.WAITED_FOR;
    Duration pause = HALF;
    for (int attempt = 1; attempt < 200; attempt++) {
      retries.failed(FIRST, "no leader", longest, now);
      pass(pause.minusNanos(1));
      assertThat(retries.due(now)).as("attempt %d", attempt).isEmpty();
      pass(Duration.ofNanos(1));
      assertThat(retries.due(now)).as("attempt %d", attempt).containsExactly(FIRST);
      pause = pause.multipliedBy(2).compareTo(longest) < 0 ? pause.multipliedBy(2) : longest;
    }
  }

  @Test
  void one_that_is_being_tried_is_not_tried_once_more_meanwhile() {
    retries.failed(FIRST, "no leader", LookupRetries.LOOKUP, now);
    pass(HALF);
    assertThat(retries.due(now)).containsExactly(FIRST);

    pass(Duration.ofHours(1));

    assertThat(retries.due(now)).isEmpty();
    assertThat(retries.trouble()).contains("no leader");
  }

  @Test
  void what_fails_is_told_until_it_does_not() {
    retries.failed(SECOND, "no leader", LookupRetries.LOOKUP, now);
    retries.failed(FIRST, "no answer", LookupRetries.LOOKUP, now);
    assertThat(retries.trouble())
        .isEqualTo(
            "tidings.deliveries-2 cannot be started: no answer;"
                + " tidings.deliveries-10 cannot be started: no leader");
    assertThat(suspended()).isEqualTo(2);

    retries.forget(FIRST);
    retries.forget(SECOND);

    assertThat(retries.trouble()).isEmpty();
    assertThat(suspended()).isZero();
    pass(HALF);
    assertThat(retries.due(now)).isEmpty();
  }

  @Test
  void not_all_of_very_many_are_named() {
    for (int number = 0; number < 100; number++) {
      retries.failed(
          new TopicPartition("tidings.deliveries", number), "no leader", LookupRetries.LOOKUP, now);
    }

    assertThat(retries.trouble()).startsWith("tidings.deliveries-0 ").endsWith("; and 92 others");
  }

  private double suspended() {
    return meters.get("tidings.node.reader.partitions.suspended").gauge().value();
  }
}
