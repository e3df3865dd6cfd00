package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.Reading;
import dev.tidings.streams.write.Departures;
import dev.tidings.streams.write.Departures.Source;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that notifications are where their token's registration is. Producers in other
 * languages put a record into the partition that their own hash of the key says; it goes on to the
 * right one, behind those of the same token that were before it in that partition.
 */
final class Placement {
  /** Processes that do not agree how many partitions there are would send one to and fro. */
  private static final int MOST = 3;

  private final int partitions;
  private final Departures departures;

  Placement(int partitions, Departures departures) {
    this.partitions = partitions;
    this.departures = departures;
  }

  /**
   * Whether a token belongs where its record was read; if not, the record has been sent on.
   *
   * @param notification what the record is, as far as it could be read
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
      departures.forward(token, record, next);
    } else {
      String why = "partition: " + source.partition() + " (expected: " + right + ", of its token)";
      departures.refuse(new Reading.Refused(why, notification, token), record, source);
    }
    return false;
  }
}
