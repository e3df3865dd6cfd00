package dev.tidings.service.table;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.rocksdb.RocksDBException;

/** Decides whether a table still fits its topic, or has to be read again. Not thread-safe. */
final class TableFit {
  /** Kafka keeps a tombstone for a day: an older table may have missed one. */
  private static final Duration MAX_AGE = Duration.ofHours(20);

  private final LocalTable<?> table;
  private final String topic;

  /** The offsets to be read next that the broker reported as out of range. */
  private final Map<TopicPartition, Long> outOfRange = new HashMap<>();

  TableFit(LocalTable<?> table, String topic) {
    this.table = table;
    this.topic = topic;
  }

  /** The broker reported these offsets, which were to be read next, as out of range. */
  void outOfRange(Map<TopicPartition, Long> offsets) {
    outOfRange.putAll(offsets);
  }

  /** Reading begins at offsets that exist. */
  void inRange() {
    outOfRange.clear();
  }

  /** Returns whether a table of this time may have missed a tombstone. */
  boolean isOld(long writtenAt, long now) {
    return now - writtenAt > MAX_AGE.toMillis();
  }

  /**
   * Returns why the table cannot be used, if so; empty if there is no table.
   *
   * @param id the topic's id
   * @param first the first offset that still exists, by partition
   * @param last the end offsets
   */
  Optional<String> unfit(
      Uuid id,
      Collection<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> last,
      long now)
      throws RocksDBException {
    long writtenAt = table.writtenAt();
    if (writtenAt < 0) {
      return Optional.empty();
    }
    if (isOld(writtenAt, now)) {
      return Optional.of("it is older than tombstones are kept");
    }
    Uuid known = table.topic();
    if (TopicLook.isAnother(known, id)) {
      return Optional.of(topic + " was made anew: it is " + id + ", and was " + known);
    }
    for (TopicPartition partition : partitions) {
      long next = outOfRange.getOrDefault(partition, -1L);
      // Offsets before the first one were dropped by the topic's retention.
      if (next >= first.getOrDefault(partition, 0L)) {
        return Optional.of(partition + " has lost records that were read, before " + next);
      }
      long end = last.getOrDefault(partition, 0L);
      long position = table.position(partition.partition());
      if (position > end) {
        return Optional.of(partition + " ends at " + end + ", and was read up to " + position);
      }
    }
    return Optional.empty();
  }
}
