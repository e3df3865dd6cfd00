package dev.tidings.service.table;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.rocksdb.RocksDBException;

/**
 * A local copy of a compacted topic, with the positions up to which it was read. Its methods are
 * called by the thread of its {@link TableReader} only.
 *
 * @param <C> what a record changes in it
 */
public interface LocalTable<C> {
  /** Returns the offset of the next record of a partition; -1 if none was read. */
  long position(int partition) throws RocksDBException;

  /** Returns when the table was last known to be at the end of the topic, in ms; -1 if never. */
  long writtenAt() throws RocksDBException;

  /** Returns Kafka's id of the topic that was read; {@link Uuid#ZERO_UUID} if unknown. */
  Uuid topic() throws RocksDBException;

  /** Writes changes, positions and the topic's id atomically. */
  void apply(List<C> changes, Map<Integer, Long> positions, Uuid topic, long now)
      throws RocksDBException;

  /** Deletes everything, the positions included. */
  void clear() throws RocksDBException;

  /** Reading goes on where an earlier process stopped. */
  default void resumed() throws RocksDBException {}

  /** All records that existed at the start have been read. Called once. */
  default void completed() throws RocksDBException {}

  /**
   * What was read from earlier offsets is no longer in the topic, and may be deleted. Called when
   * the table is complete, and every few hours.
   *
   * @param beginnings the first offset that still exists, by partition
   */
  default void trim(Map<Integer, Long> beginnings) throws RocksDBException {}

  /** A method of this table has failed. */
  default void failed(RocksDBException failure) {}
}
