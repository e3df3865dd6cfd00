package dev.tidings.ingest.receipts;

import dev.tidings.ingest.rest.TraceJson;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.UniqueId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the records of {@code receipts}. Of a record that nobody asks for it reads the
 * app alone. For one thread.
 */
final class ReceiptDecoder {
  private static final int APP = 0;

  private final AvroProjection apps;
  private final AvroDeserializer<Receipt> receipts;
  private final TraceJson json = new TraceJson();
  private final ReceiptMeters meters;
  private final SchemaPatience patience;

  /**
   * @param patience with schemas that no registry knows, of all decoders
   */
  ReceiptDecoder(RegistryClient registry, ReceiptMeters meters, SchemaPatience patience) {
    this.patience = patience;
    this.apps = AvroProjection.unlessAway(registry, Receipt.getClassSchema(), "app");
    this.receipts = AvroDeserializer.unlessAway(registry, Receipt.class);
    this.meters = meters;
  }

  /**
   * Returns the event of a record; null if it has none: nobody asks for its app, it is not a
   * readable receipt, or it is what a device tells. A device may tell anything, of any id; only a
   * trace has the receipt beside it that says whether it was sent that.
   *
   * @throws RegistryException.Unavailable if its schema is not available at the moment, or no
   *     registry knows it yet
   */
  @Nullable ReceiptEvent event(ConsumerRecord<byte[], byte[]> record, Predicate<String> wanted) {
    byte @Nullable [] value = record.value();
    byte @Nullable [] key = record.key();
    if (value == null || key == null) {
      return null;
    }
    try {
      Object app = apps.read(value).get(APP);
      if (app == null || !wanted.test(app.toString())) {
        return null;
      }
      Optional<ReceiptKey> own = ReceiptKey.parse(key);
      if (own.isPresent() && own.get().isReport()) {
        return null;
      }
      Receipt receipt = receipts.read(value);
      @Nullable UniqueId unique = own.map(UniqueId::of).orElse(null);
      return new ReceiptEvent(
          app.toString(),
          record.partition(),
          record.offset(),
          name(receipt),
          json.receipt(unique, receipt),
          gone(receipt));
    } catch (RegistryException.Unavailable e) {
      throw e;
    } catch (UnreadableRecordException e) {
      if (e.isSchemaUnknown() && patience.waitsFor(schema(value))) {
        throw new RegistryException.Unavailable(String.valueOf(e.getMessage()), e);
      }
      meters.unreadable();
      return null;
    } catch (RuntimeException e) {
      // Unreadable, or with something in it that no service writes: nobody waits for it.
      meters.unreadable();
      return null;
    }
  }

  /** Returns the id in front of a record, behind a byte. */
  private static int schema(byte[] value) {
    return ByteBuffer.wrap(value).getInt(1);
  }

  private static String name(Receipt receipt) {
    List<Step> steps = receipt.getSteps();
    Enum<?> last = steps.isEmpty() ? receipt.getOutcome() : steps.getLast().getName();
    return last.name().toLowerCase(Locale.ROOT);
  }

  private byte @Nullable [] gone(Receipt receipt) {
    return receipt.getOutcome() == Outcome.UNREGISTERED && receipt.getToken() != null
        ? json.goneToken(receipt)
        : null;
  }
}
