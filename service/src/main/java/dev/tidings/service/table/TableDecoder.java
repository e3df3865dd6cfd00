package dev.tidings.service.table;

import dev.tidings.schemas.registry.client.RegistryException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of a topic.
 *
 * @param <C> what a record changes in the table
 */
@FunctionalInterface
public interface TableDecoder<C> {
  /**
   * Decodes a record; a tombstone too.
   *
   * @throws RegistryException.Unavailable if the schema is not available at the moment: the record
   *     is decoded again later
   * @throws RuntimeException if the record is unreadable; the message of a {@link
   *     org.apache.kafka.common.errors.SerializationException} is logged
   */
  C decode(ConsumerRecord<byte[], byte[]> record);

  /**
   * Returns what an unreadable record changes: by default nothing, so that an earlier record of its
   * key still counts.
   */
  default @Nullable C unreadable(ConsumerRecord<byte[], byte[]> record) {
    return null;
  }
}
