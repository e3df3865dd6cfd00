package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Ensures that notifications are in the partition of their token's registration. Producers in other
 * languages choose the partition by their own hash of the key; such a record is forwarded to the
 * right partition, and keeps its order among those of the same token from that partition.
 */
final class Placement {
  /**
   * The limit of forwardings: processes that disagree about the number of partitions would forward
   * a record back and forth.
   */
  private static final int MOST = 3;

  private final int partitions;
  private final ResolveOutputs resolveOutputs;

  Placement(int partitions, ResolveOutputs resolveOutputs) {
    this.partitions = partitions;
    this.resolveOutputs = resolveOutputs;
  }

  /**
   * Returns whether a record is in the right partition for its token; if not, the record has been
   * forwarded.
   *
   * @param notification the notification in the record, as far as it could be read
   */
  boolean isHere(
      Token token,
      @Nullable Notification notification,
      Record<byte[], byte[]> record,
      Source source) {
    int right = Partitioning.partition(token.key(), partitions);
    if (right == source.partition()) {
      return true;
    }
    Forwarded next =
        Forwarded.of(record.headers())
            .map(Forwarded::again)
            .orElseGet(
                () -> new Forwarded(1, record.timestamp(), source.partition(), source.offset()));
    if (next.times() <= MOST) {
      resolveOutputs.forward(token, record, next);
    } else {
      String why = "partition: " + source.partition() + " (expected: " + right + ", of its token)";
      resolveOutputs.refuse(new ReadResult.Invalid(why, notification, token), record, source);
    }
    return false;
  }
}
