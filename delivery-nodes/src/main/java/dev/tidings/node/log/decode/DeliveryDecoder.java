package dev.tidings.node.log.decode;

import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of {@code deliveries} into entries of the window. An unreadable record goes to
 * the dead letters, and reading continues after it. For one thread.
 */
public final class DeliveryDecoder {
  /**
   * The memory an entry takes besides its payload: the record, its strings, its slot in the window.
   */
  private static final int OVERHEAD_BYTES = 400;

  private final DeliveryDeserializer deliveryDeserializer;
  private final LongSupplier monotonicMillis;

  /**
   * @param monotonicMillis a monotonic clock by which ages are measured: milliseconds since an
   *     arbitrary moment, independent of changes to the host's clock
   */
  public DeliveryDecoder(DeliveryDeserializer deliveryDeserializer, LongSupplier monotonicMillis) {
    this.deliveryDeserializer = deliveryDeserializer;
    this.monotonicMillis = monotonicMillis;
  }

  /** The result of decoding a record. */
  public sealed interface Decoded {
    Entry entry();

    /** A readable delivery. */
    record Valid(Entry entry) implements Decoded {}

    /** A record that is and stays unreadable, with the reason. */
    record Unreadable(Entry entry, String why) implements Decoded {}
  }

  /**
   * Decodes a record.
   *
   * @param life the life that its sequence belongs to
   * @throws RegistryException if its schema cannot be fetched at the moment: to be retried
   * @throws UnreadableRecordException if no registry knows its schema; it may have been registered
   *     only just now
   */
  public Decoded decode(ConsumerRecord<byte[], byte[]> record, Life life) {
    byte @Nullable [] value = record.value();
    int bytes = (value == null ? 0 : value.length) + OVERHEAD_BYTES;
    long sequence = life.sequence(record.offset());
    try {
      if (record.key() == null || value == null) {
        return unreadable(sequence, bytes, "key and value expected");
      }
      return new Decoded.Valid(
          new Entry(
              sequence,
              DeviceId.ofKey(record.key()),
              deliveryDeserializer.read(value),
              bytes,
              monotonicMillis.getAsLong()));
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
      // No defect of a record may block the records after it.
      return unreadable(sequence, bytes, e.toString());
    }
  }

  /** Returns the result for a record that is not retried. */
  public Decoded givenUp(ConsumerRecord<byte[], byte[]> record, Life life, Exception why) {
    int bytes = (record.value() == null ? 0 : record.value().length) + OVERHEAD_BYTES;
    return unreadable(life.sequence(record.offset()), bytes, String.valueOf(why.getMessage()));
  }

  private Decoded unreadable(long sequence, int bytes, String why) {
    return new Decoded.Unreadable(
        Entry.unreadable(sequence, bytes, monotonicMillis.getAsLong()), why);
  }
}
