package dev.tidings.control;

import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.table.MemoryTable.Change;
import dev.tidings.service.table.TableDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of {@code control}; those of other kinds are passed over. The value of an
 * unreadable entry is empty: it may be what shuts somebody out, so that the entry before it must
 * not count any longer.
 */
final class EntryDecoder implements TableDecoder<Change<ControlKey, Optional<SpecificRecord>>> {
  private final Map<String, AvroDeserializer<?>> deserializers = new HashMap<>();

  EntryDecoder(RegistryClient registry) {
    for (ControlKind<?> kind : ControlKind.all()) {
      deserializers.put(kind.name(), new AvroDeserializer<>(registry, kind.type()));
    }
  }

  @Override
  public Change<ControlKey, Optional<SpecificRecord>> decode(
      ConsumerRecord<byte[], byte[]> record) {
    ControlKey key = ControlKey.of(record.key());
    @Nullable AvroDeserializer<?> deserializer = deserializers.get(key.kind());
    byte @Nullable [] value = record.value();
    return new Change<>(
        key, deserializer == null || value == null ? null : Optional.of(deserializer.read(value)));
  }

  @Override
  public @Nullable Change<ControlKey, Optional<SpecificRecord>> unreadable(
      ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] key = record.key();
    return key == null ? null : new Change<>(ControlKey.of(key), Optional.empty());
  }
}
