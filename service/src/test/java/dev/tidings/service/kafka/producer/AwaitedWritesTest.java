package dev.tidings.service.kafka.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Shows G64 of docs/guarantees.md. */
class AwaitedWritesTest {
  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("control", new byte[1]);

  private final Deque<MockProducer<byte[], byte[]>> next = new ArrayDeque<>();
  private final AtomicLong nanoTime = new AtomicLong();

  private static MockProducer<byte[], byte[]> producer(boolean answers) {
    return new MockProducer<>(answers, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private AwaitedWrites writes(List<MockProducer<byte[], byte[]>> producers) {
    next.addAll(producers);
    RenewedProducer renewed = new RenewedProducer(next::remove, Duration.ZERO, nanoTime::get);
    return new AwaitedWrites(renewed, Duration.ofMillis(20));
  }

  /** What a producer does that was refused its id. */
  @Test
  void one_that_refuses_to_send_fails_one_write_and_the_next_has_another() throws Exception {
    MockProducer<byte[], byte[]> first = producer(true);
    MockProducer<byte[], byte[]> second = producer(true);
    first.sendException = new KafkaException("in an error state");
    AwaitedWrites writes = writes(List.of(first, second));

    assertThatThrownBy(() -> writes.write(RECORD))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("control can't be written");
    writes.write(RECORD);

    assertThat(second.history()).hasSize(1);
  }

  @Test
  void one_that_acknowledges_nothing_fails_one_write_and_the_next_has_another() throws Exception {
    MockProducer<byte[], byte[]> second = producer(true);
    AwaitedWrites writes = writes(List.of(producer(false), second));

    assertThatThrownBy(() -> writes.write(RECORD))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("control has acknowledged nothing");
    writes.write(RECORD);

    assertThat(second.history()).hasSize(1);
  }

  @Test
  void what_is_the_record_s_fault_replaces_nothing() throws Exception {
    MockProducer<byte[], byte[]> first = producer(true);
    first.sendException = new IllegalArgumentException("no such partition");
    AwaitedWrites writes = writes(List.of(first));

    assertThatThrownBy(() -> writes.write(RECORD)).isInstanceOf(KafkaException.class);
    first.sendException = null;
    writes.write(RECORD);

    assertThat(first.history()).hasSize(1);
  }
}
