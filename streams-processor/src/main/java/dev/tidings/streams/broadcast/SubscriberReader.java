package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.streams.read.SchemaWaits;
import dev.tidings.streams.write.Meters;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of those who have joined topics. One whose schema the registry does not know
 * yet is to be read again for a while; if that does not help, its device is passed over, logged and
 * counted. Confined to the task's thread.
 */
final class SubscriberReader {
  /** After which one that could not be read is read again. */
  static final long AGAIN_MILLIS = Duration.ofMillis(500).toMillis();

  private final Function<byte[], Subscription> decoder;
  private final Meters meters;
  private final SchemaWaits waits = new SchemaWaits();
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(SubscriberReader.class));

  /** What a record says. */
  sealed interface Read {
    record Subscriber(Token token, long joinedAt) implements Read {}

    /** It is not the record of a subscriber: somebody else has written it. */
    record Nobody() implements Read {}

    /** Its schema may be known soon. */
    record NotYet() implements Read {}
  }

  SubscriberReader(Function<byte[], Subscription> decoder, Meters meters) {
    this.decoder = decoder;
    this.meters = meters;
  }

  /** Reads the record of a device that is to be sent to. */
  Read next(byte[] record, long now) {
    try {
      return read(decoder.apply(record));
    } catch (UnreadableRecordException e) {
      if (!e.mayBeReadLater()) {
        return new Read.Nobody();
      }
      if (waits.isWaitedFor(record, now)) {
        return new Read.NotYet();
      }
      passOver(String.valueOf(e.getMessage()));
      return new Read.Nobody();
    }
  }

  void passOver(String why) {
    meters.subscriberPassedOver();
    failures.warn("a broadcast is not sent to a subscriber: " + why);
  }

  /**
   * Returns when a device joined by one of its records, to tell which is the latest: one that is
   * waited for may be.
   */
  long joinedAt(byte[] record, long now) {
    try {
      return read(decoder.apply(record)) instanceof Read.Subscriber(Token _, long joinedAt)
          ? joinedAt
          : Long.MIN_VALUE;
    } catch (UnreadableRecordException e) {
      return e.mayBeReadLater() && waits.isWaitedFor(record, now) ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
  }

  private static Read read(Subscription record) {
    @Nullable String token = record.getToken();
    @Nullable Long at = record.getJoinedAt();
    try {
      return token == null
          ? new Read.Nobody()
          : new Read.Subscriber(new Token(token), at == null ? Long.MIN_VALUE : at);
    } catch (InvalidValueException e) {
      return new Read.Nobody();
    }
  }
}
