package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other producers and consumers rely on: these bytes never change. */
final class WireFormatContractTest {
  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  static List<Samples<?>> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void a_record_is_zero_the_schemas_id_and_avros_bytes(
      Samples<V> sample) {
    AvroSerializer<V> serializer = new AvroSerializer<>(client);

    byte[] bytes = serializer.serialize(sample.topic().name(), sample.record());

    assertThat(bytes).asHexString().isEqualToIgnoringCase("0000000001" + sample.hex());
    assertThat(serializer.serialize(sample.topic().name(), sample.record())).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void the_bytes_are_read_back(Samples<V> sample) {
    int id = client.register(sample.topic().subject(), sample.topic().schema().orElseThrow());
    AvroDeserializer<V> deserializer = new AvroDeserializer<>(client, sample.type());

    V read = deserializer.deserialize(sample.topic().name(), sample.bytes(id));

    assertThat(read).isEqualTo(sample.record());
  }

  @Test
  void a_tombstone_is_a_tombstone() {
    assertThat(new AvroDeserializer<>(client, Notification.class).deserialize("t", null)).isNull();
    assertThat(new AvroSerializer<Notification>(client).serialize("t", null)).isNull();
  }

  @Test
  void a_serializer_kafka_made_is_configured_by_confluents_names() {
    Samples<?> sample = Samples.all().getFirst();
    try (AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>()) {
      assertThatThrownBy(() -> serializer.serialize("t", sample.record()))
          .isInstanceOf(IllegalStateException.class);

      serializer.configure(Map.of("schema.registry.url", registry.url()), false);

      assertThat(serializer.serialize("t", sample.record())).isEqualTo(sample.bytes(1));
    }
  }
}
