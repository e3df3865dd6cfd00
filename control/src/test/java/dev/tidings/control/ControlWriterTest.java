package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.control.ControlWriter.Author;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.producer.ProducerSource;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ControlWriterTest {
  /** A process looks up the schema of audit lines when it starts, as that of all it writes. */
  @Test
  void a_key_is_revoked_while_the_schema_registry_is_away() throws Exception {
    FakeRegistry server = new FakeRegistry();
    try (RegistryClient registry =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, server.url())));
        MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer())) {
      registry.id(LogTopics.AUDIT.subject(), AuditEntry.getClassSchema());
      ControlWriter writer =
          new ControlWriter(
              ProducerSource.always(producer), registry, TopicNames.PLAIN, () -> Instant.EPOCH);
      server.close();

      writer.write(
          new Author("ADM4567890", "127.0.0.1"),
          ControlChange.remove(ControlKind.PROVIDER_KEY, "KEY4567890", "key revoke"));

      assertThat(producer.history())
          .extracting(ProducerRecord::topic)
          .containsExactly(LogTopics.AUDIT.name(), LogTopics.CONTROL.name());
      assertThat(producer.history().getLast().value()).isNull();
    }
  }
}
