package dev.tidings.control;

import dev.tidings.service.table.MemoryTable.Change;
import dev.tidings.service.table.TableDecoder;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads of the records of {@code control} which entries there are, and nothing of what they say: so
 * it needs no schemas. All entries count as unreadable.
 */
final class EntryNames implements TableDecoder<Change<ControlKey, Optional<SpecificRecord>>> {
  @Override
  public Change<ControlKey, Optional<SpecificRecord>> decode(
      ConsumerRecord<byte[], byte[]> record) {
    return new Change<>(
        ControlKey.of(record.key()), record.value() == null ? null : Optional.empty());
  }
}
