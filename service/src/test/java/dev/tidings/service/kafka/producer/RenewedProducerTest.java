package dev.tidings.service.kafka.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows G64 of docs/guarantees.md. */
class RenewedProducerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final KafkaException FATAL = new KafkaException("in an error state");
  private static final TimeoutException GIVEN_UP = new TimeoutException("not acknowledged");

  private final List<Producer<byte[], byte[]>> made = new ArrayList<>();
  private final AtomicLong nanoTime = new AtomicLong();
  private boolean impossible;
  private final RenewedProducer producers =
      new RenewedProducer(this::make, PATIENCE, nanoTime::get);

  private Producer<byte[], byte[]> make() {
    if (impossible) {
      throw new KafkaException("for the test");
    }
    made.add(new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()));
    return made.getLast();
  }

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  private void ended(Exception failure) {
    producers.ended(producers.current(), failure);
  }

  static List<Exception> producersFailures() {
    return List.of(
        FATAL,
        new OutOfOrderSequenceException("a gap"),
        new ProducerFencedException("another one"),
        new SaslAuthenticationException("a password that is wrong for a moment"));
  }

  @ParameterizedTest
  @MethodSource("producersFailures")
  void one_that_can_t_go_on_is_replaced(Exception failure) {
    ended(failure);

    assertThat(made).hasSize(2);
    assertThat(producers.current()).isEqualTo(made.getLast());
  }

  static List<Exception> others() {
    return List.of(
        new RecordTooLargeException("too large"),
        new TopicAuthorizationException("not allowed"),
        new NotLeaderOrFollowerException("moved"),
        GIVEN_UP);
  }

  @ParameterizedTest
  @MethodSource("others")
  void what_is_no_fault_of_the_producer_replaces_nothing(Exception failure) {
    for (int i = 0; i < 3; i++) {
      ended(failure);
      pass(PATIENCE.dividedBy(3).minusMillis(1));
    }
    assertThat(made).hasSize(1);
  }

  @Test
  void one_that_fails_at_once_is_replaced_once_a_second_and_not_with_every_record() {
    for (int record = 0; record < 1_000; record++) {
      ended(FATAL);
    }
    assertThat(made).hasSize(2);

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
    ended(FATAL);
    assertThat(made).hasSize(3);
  }

  @Test
  void one_that_was_replaced_already_is_not_replaced_again() {
    Producer<byte[], byte[]> first = producers.current();
    ended(FATAL);
    pass(Duration.ofSeconds(1));

    producers.ended(first, FATAL);

    assertThat(made).hasSize(2);
  }

  @Test
  void one_that_acknowledges_nothing_for_long_is_replaced_and_the_next_has_as_long() {
    ended(GIVEN_UP);
    pass(PATIENCE.minusMillis(1));
    ended(GIVEN_UP);
    assertThat(made).hasSize(1);
    pass(Duration.ofMillis(1));
    ended(GIVEN_UP);
    assertThat(made).hasSize(2);

    pass(PATIENCE.minusMillis(1));
    ended(GIVEN_UP);
    pass(PATIENCE.minusMillis(1));
    ended(GIVEN_UP);
    assertThat(made).hasSize(2);
  }

  @Test
  void one_that_acknowledges_something_now_and_then_is_kept() {
    for (int i = 0; i < 10; i++) {
      ended(GIVEN_UP);
      pass(PATIENCE.dividedBy(2));
      producers.ended(producers.current(), null);
      pass(PATIENCE.dividedBy(2));
    }
    assertThat(made).hasSize(1);
  }

  @Test
  void if_no_other_can_be_made_it_is_tried_again_and_after_the_end_nothing_is() {
    impossible = true;
    ended(FATAL);
    assertThat(producers.current()).isEqualTo(made.getFirst());
    impossible = false;
    pass(Duration.ofSeconds(1));
    ended(FATAL);
    assertThat(made).hasSize(2);

    assertThat(producers.last()).isEqualTo(made.getLast());
    pass(Duration.ofSeconds(1));
    ended(FATAL);
    assertThat(made).hasSize(2);
  }
}
