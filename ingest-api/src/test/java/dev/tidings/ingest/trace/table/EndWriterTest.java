package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G68 of docs/guarantees.md. */
@Timeout(60)
class EndWriterTest {
  private static final Bytes KEY = Bytes.wrap("id".getBytes(StandardCharsets.US_ASCII));

  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private RuntimeException refusal;

  private final EndWriter writer =
      new EndWriter(
          "receipts",
          () -> {
            MockProducer<byte[], byte[]> producer =
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer());
            producer.sendException = refusal;
            made.add(producer);
            return producer;
          },
          nanos::get);

  @Test
  void it_writes_to_the_partition_that_it_is_told() {
    writer.write(3, KEY, new byte[] {7});
    writer.write(3, KEY, new byte[] {8});

    assertThat(made).hasSize(1);
    assertThat(made.getFirst().history())
        .allSatisfy(record -> {
          assertThat(record.topic()).isEqualTo("receipts");
          assertThat(record.partition()).isEqualTo(3);
          assertThat(record.key()).isEqualTo(KEY.get());
        })
        .extracting(record -> record.value()[0])
        .containsExactly((byte) 7, (byte) 8);
    writer.close();
    assertThat(made.getFirst().closed()).isTrue();
  }

  @Test
  void who_may_not_write_is_not_held_up_with_each_and_goes_on_when_allowed() {
    refusal = new TopicAuthorizationException("receipts");
    writer.write(3, KEY, new byte[] {1});
    writer.write(3, KEY, new byte[] {2});
    assertThat(made).hasSize(1);
    assertThat(made.getFirst().closed()).isTrue();

    refusal = null;
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    writer.write(3, KEY, new byte[] {3});

    assertThat(made).hasSize(2);
    assertThat(made.getLast().history()).hasSize(1);
  }
}
