package dev.tidings.node.log;

import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns records of {@code deliveries} into entries of the window. What nobody can read goes to the
 * dead letters, and the partition goes on. For one thread.
 */
public final class DeliveryDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryDecoder.class);
  private static final long RETRY_MILLIS = 1_000;

  /** What an entry weighs beside its payload: the record, its strings, its place in the window. */
  private static final int OVERHEAD_BYTES = 400;

  private final AvroDeserializer<Delivery> deserializer;
  private final DeadLetters deadLetters;
  private final InstantSource clock;

  public DeliveryDecoder(
      AvroDeserializer<Delivery> deserializer, DeadLetters deadLetters, InstantSource clock) {
    this.deserializer = deserializer;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /**
   * Reads a record; while the registry is away, waits for it.
   *
   * @param stopping ends the waiting
   * @return null if it can't be read, now or ever, or is not to be waited for
   */
  @Nullable Entry decode(ConsumerRecord<byte[], byte[]> record, BooleanSupplier stopping) {
    while (!stopping.getAsBoolean()) {
      try {
        if (record.key() == null || record.value() == null) {
          deadLetters.write(record, "key and value expected");
          return null;
        }
        Delivery delivery = deserializer.read(record.value());
        return new Entry(
            record.offset(),
            DeviceId.ofKey(record.key()),
            delivery,
            record.value().length + OVERHEAD_BYTES,
            clock.millis());
      } catch (UnreadableRecordException | InvalidValueException e) {
        deadLetters.write(record, String.valueOf(e.getMessage()));
        return null;
      } catch (RegistryException e) {
        LOG.warn("{}; waiting for it", e.getMessage());
        if (!pause()) {
          return null;
        }
      }
    }
    return null;
  }

  private static boolean pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
