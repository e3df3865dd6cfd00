package dev.tidings.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LogProducerTest {
  private final List<Producer<byte[], byte[]>> made = new ArrayList<>();
  private final AtomicLong nanoTime = new AtomicLong();
  private final LogProducer producer = new LogProducer(this::make, nanoTime::get);

  private Producer<byte[], byte[]> make() {
    made.add(new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()));
    return made.getLast();
  }

  @Test
  void one_that_fails_at_once_is_replaced_once_a_second_and_not_with_every_request() {
    for (int request = 0; request < 1_000; request++) {
      producer.replace(producer.current());
    }
    assertThat(made).hasSize(2);

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
    producer.replace(producer.current());
    assertThat(made).hasSize(3);
  }

  @Test
  void one_that_was_replaced_already_is_not_replaced_again() {
    Producer<byte[], byte[]> first = producer.current();
    producer.replace(first);
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));

    producer.replace(first);

    assertThat(made).hasSize(2);
    assertThat(producer.current()).isEqualTo(made.getLast());
  }
}
