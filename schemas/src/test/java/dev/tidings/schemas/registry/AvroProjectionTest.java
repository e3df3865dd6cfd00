package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;

final class AvroProjectionTest {
  @Test
  void the_fields_asked_for_come_in_the_order_asked_for() {
    try (FakeRegistry fake = new FakeRegistry();
        RegistryClient registry =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())))) {
      byte[] bytes =
          new AvroSerializer<Delivery>(registry).serialize(LogTopics.INBOX.name(), delivery());
      AvroProjection projection =
          new AvroProjection(registry, Delivery.getClassSchema(), "expiration", "app", "id");

      IndexedRecord read = projection.read(bytes);

      assertThat(read.get(0)).isEqualTo(7L);
      assertThat(read.get(1)).isEqualTo("com.example");
      assertThat(read.get(2)).isEqualTo("the-id");
      assertThatThrownBy(() -> projection.read(new byte[] {1, 2, 3}))
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  private static Delivery delivery() {
    return new Delivery(
        "the-id",
        "token",
        "com.example",
        ByteBuffer.wrap(new byte[4096]),
        7L,
        10,
        null,
        "alert",
        List.of(new Step(StepName.ACCEPTED, 1L, "ingest", null)),
        null,
        null);
  }
}
