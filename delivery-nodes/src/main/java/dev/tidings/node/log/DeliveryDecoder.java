package dev.tidings.node.log;

import dev.tidings.node.window.Entry;
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
 * Turns records of {@code deliveries} into entries of the window. What nobody can read is for the
 * dead letters, and the partition goes on. For one thread.
 */
public final class DeliveryDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryDecoder.class);
  private static final long RETRY_MILLIS = 1_000;

  /** What an entry weighs beside its payload: the record, its strings, its place in the window. */
  private static final int OVERHEAD_BYTES = 400;

  private final Deliveries deliveries;
  private final InstantSource clock;

  public DeliveryDecoder(Deliveries deliveries, InstantSource clock) {
    this.deliveries = deliveries;
    this.clock = clock;
  }

  /** What a record turned out to be. */
  sealed interface Decoded {
    Entry entry();

    /** A delivery. */
    record Sound(Entry entry) implements Decoded {}

    /** Nothing anybody can read, now or ever, and why not. */
    record Garbled(Entry entry, String why) implements Decoded {}
  }

  /**
   * Reads a record; while the registry is away, waits for it.
   *
   * @param stopping ends the waiting
   * @return null if it is not to be waited for
   */
  @Nullable Decoded decode(ConsumerRecord<byte[], byte[]> record, BooleanSupplier stopping) {
    byte @Nullable [] value = record.value();
    int bytes = (value == null ? 0 : value.length) + OVERHEAD_BYTES;
    while (!stopping.getAsBoolean()) {
      try {
        if (record.key() == null || value == null) {
          return unreadable(record, bytes, "key and value expected");
        }
        return new Decoded.Sound(
            new Entry(
                record.offset(),
                DeviceId.ofKey(record.key()),
                deliveries.read(value),
                bytes,
                clock.millis()));
      } catch (UnreadableRecordException | InvalidValueException e) {
        return unreadable(record, bytes, String.valueOf(e.getMessage()));
      } catch (RegistryException e) {
        LOG.warn("{}; waiting for it", e.getMessage());
        if (!pause()) {
          return null;
        }
      }
    }
    return null;
  }

  private Decoded unreadable(ConsumerRecord<byte[], byte[]> record, int bytes, String why) {
    return new Decoded.Garbled(Entry.unreadable(record.offset(), bytes, clock.millis()), why);
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
