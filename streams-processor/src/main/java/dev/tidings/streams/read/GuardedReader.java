package dev.tidings.streams.read;

import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records such that no record can stop the partition. */
public final class GuardedReader {
  private static final Logger log = LoggerFactory.getLogger(GuardedReader.class);

  private final NotificationReader reader;
  private final RegistryRetry patience;
  private final Supplier<String> place;

  /**
   * Creates a reader.
   *
   * @param place the topic, partition and offset of the record that is processed, for the log
   */
  public GuardedReader(NotificationReader reader, RegistryRetry patience, Supplier<String> place) {
    this.reader = reader;
    this.patience = patience;
    this.place = place;
  }

  /**
   * Reads a record. A programming error must not stop the partition: the record then becomes a dead
   * letter.
   */
  public ReadResult read(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return patience.ask(() -> reader.read(key, value));
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error(
          "{}: unexpected failure reading a notification, it goes to the dead letters",
          place.get(),
          e);
      return new ReadResult.Invalid("unexpected: " + e.getClass().getName(), null, null);
    }
  }
}
