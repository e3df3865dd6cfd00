package dev.tidings.node.log;

import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns records of {@code deliveries} into entries of the window. What nobody can read is for the
 * dead letters, and the partition goes on. For one thread.
 */
public final class DeliveryDecoder {
  /** What an entry weighs beside its payload: the record, its strings, its place in the window. */
  private static final int OVERHEAD_BYTES = 400;

  private final Deliveries deliveries;
  private final LongSupplier evenMillis;

  /**
   * @param evenMillis the time that ages are told by: milliseconds since any moment, whatever the
   *     host's clock is set to
   */
  public DeliveryDecoder(Deliveries deliveries, LongSupplier evenMillis) {
    this.deliveries = deliveries;
    this.evenMillis = evenMillis;
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
   * Reads a record.
   *
   * @param life that its sequence is of
   * @throws RegistryException if its schema can't be had at the moment: it is to be tried again
   * @throws UnreadableRecordException if no registry knows its schema, which one may have been told
   *     only just
   */
  Decoded decode(ConsumerRecord<byte[], byte[]> record, Life life) {
    byte @Nullable [] value = record.value();
    int bytes = (value == null ? 0 : value.length) + OVERHEAD_BYTES;
    long sequence = life.sequence(record.offset());
    try {
      if (record.key() == null || value == null) {
        return unreadable(sequence, bytes, "key and value expected");
      }
      return new Decoded.Sound(
          new Entry(
              sequence,
              DeviceId.ofKey(record.key()),
              deliveries.read(value),
              bytes,
              evenMillis.getAsLong()));
    } catch (UnreadableRecordException e) {
      if (e.isSchemaUnknown()) {
        throw e;
      }
      return unreadable(sequence, bytes, String.valueOf(e.getMessage()));
    } catch (InvalidValueException e) {
      return unreadable(sequence, bytes, String.valueOf(e.getMessage()));
    } catch (RegistryException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever is wrong with it, no record may hold up those behind it.
      return unreadable(sequence, bytes, e.toString());
    }
  }

  /** A record that is not tried again. */
  Decoded givenUp(ConsumerRecord<byte[], byte[]> record, Life life, Exception why) {
    int bytes = (record.value() == null ? 0 : record.value().length) + OVERHEAD_BYTES;
    return unreadable(life.sequence(record.offset()), bytes, String.valueOf(why.getMessage()));
  }

  private Decoded unreadable(long sequence, int bytes, String why) {
    return new Decoded.Garbled(Entry.unreadable(sequence, bytes, evenMillis.getAsLong()), why);
  }
}
