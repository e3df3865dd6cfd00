package dev.tidings.ingest.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Shows G122 of docs/guarantees.md where a receipt has a schema that no registry knows yet. */
final class SchemaPatienceTest {
  private static final String TOKEN = "ab".repeat(32);

  private long now = -5;
  private final SchemaPatience patience = new SchemaPatience(() -> now);

  private void advance(Duration time) {
    now += time.toNanos();
  }

  @Test
  void a_schema_is_waited_for_and_no_longer_than_it_may_take() {
    assertThat(patience.waitsFor(1)).isTrue();
    advance(SchemaPatience.LONGEST.minusNanos(1));
    assertThat(patience.waitsFor(1)).isTrue();
    advance(Duration.ofNanos(1));

    assertThat(patience.waitsFor(1)).isFalse();
    assertThat(patience.waitsFor(1)).isFalse();
  }

  @Test
  void whoever_writes_any_ids_holds_up_the_others_once_in_a_while() {
    patience.waitsFor(1);
    advance(SchemaPatience.LONGEST);
    patience.waitsFor(1);

    for (int id = 2; id < 100; id++) {
      assertThat(patience.waitsFor(id)).isFalse();
    }
    advance(SchemaPatience.PAUSE);
    assertThat(patience.waitsFor(1)).isFalse();
    assertThat(patience.waitsFor(100)).isTrue();
  }

  @Test
  void one_that_came_to_be_known_takes_nothing_from_the_next() {
    patience.waitsFor(1);
    advance(Duration.ofHours(1));

    assertThat(patience.waitsFor(2)).isTrue();
    advance(SchemaPatience.LONGEST.minusNanos(1));
    assertThat(patience.waitsFor(2)).isTrue();
  }

  @Test
  void a_receipt_of_an_unknown_schema_is_not_left_out_before_it_was_waited_for() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (FakeRegistry registry = new FakeRegistry();
        RegistryClient client =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())))) {
      Receipt receipt =
          new Receipt("id", TOKEN, "phone", "com.example", Outcome.DELIVERED, List.of(), null);
      byte[] value = new AvroSerializer<Receipt>(client).serialize("tidings.receipts", receipt);
      ByteBuffer.wrap(value).putInt(1, 4_711);
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>("tidings.receipts", 0, 7, ReceiptKey.of("id", TOKEN), value);
      ReceiptDecoder decoder = new ReceiptDecoder(client, new ReceiptMeters(metrics), patience);

      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> decoder.event(record, app -> true))
            .isInstanceOf(RegistryException.Unavailable.class)
            .hasMessageContaining("4711");
      }
      advance(SchemaPatience.LONGEST);

      assertThat(decoder.event(record, app -> true)).isNull();
      // What is none at all is not waited for.
      ConsumerRecord<byte[], byte[]> garbage =
          new ConsumerRecord<>("tidings.receipts", 0, 8, ReceiptKey.of("id", TOKEN), new byte[3]);
      assertThat(decoder.event(garbage, app -> true)).isNull();
    }
  }
}
