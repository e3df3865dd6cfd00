package dev.tidings.ingest.trace.table;

import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * Looks many keys up in a row, and finds out once for each partition who has it, and where it is.
 * For one thread, and for a moment: what has moved since is found out by the next one.
 */
public final class TableGlance {
  private final KafkaStreams streams;
  private final HostInfo self;
  private final Map<Integer, ReceiptsOwner> owners = new HashMap<>();
  private final Map<Integer, ServedPart> parts = new HashMap<>();
  private int partitions;

  TableGlance(KafkaStreams streams, HostInfo self) {
    this.streams = streams;
    this.self = self;
  }

  /** Returns the node that has the receipts of a notification. */
  public ReceiptsOwner owner(NotificationId id) {
    byte[] key = id.key();
    @Nullable ReceiptsOwner known =
        partitions == 0 ? null : owners.get(Partitioning.partition(key, partitions));
    if (known != null) {
      return known;
    }
    ReceiptsOwner found =
        TraceTable.owner(
            streams,
            self,
            count -> {
              partitions = count;
              return Partitioning.partition(key, count);
            });
    if (partitions > 0) {
      owners.put(Partitioning.partition(key, partitions), found);
    }
    return found;
  }

  /**
   * Returns whether there is a receipt with a key.
   *
   * @param partition that of the key
   * @throws InvalidStateStoreException if the partition is not served here now
   */
  public boolean has(ReceiptKey key, int partition) {
    ServedPart part = parts.computeIfAbsent(partition, number -> new ServedPart(streams, number));
    try {
      return part.get(Bytes.wrap(key.bytes())) != null;
    } catch (ServedPart.NotServedException e) {
      throw new InvalidStateStoreException(e.why());
    }
  }
}
