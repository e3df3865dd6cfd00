package dev.tidings.node.parked;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Reads the labels of parked entries, without their payloads. For one thread. */
public final class ParkedHeaderReader {
  private final AvroProjection projection;
  private final CollapseKeys collapseKeys;

  public ParkedHeaderReader(RegistryClient registry, CollapseKeys collapseKeys) {
    this.projection =
        AvroProjection.unlessAway(
            registry, Delivery.getClassSchema(), "token", "app", "expiration", "collapseId", "id");
    this.collapseKeys = collapseKeys;
  }

  /**
   * Never throws, and hardly waits for a registry. An entry that cannot be read, now or ever, gets
   * an empty label.
   */
  public ParkedHeader read(byte[] value) {
    try {
      IndexedRecord fields = projection.read(value);
      String app = String.valueOf(fields.get(1));
      String token = String.valueOf(fields.get(0));
      @Nullable Object expiration = fields.get(2);
      @Nullable Object collapseId = fields.get(3);
      String id = String.valueOf(fields.get(4));
      return new ParkedHeader(
          value.length,
          expiration instanceof Long millis && millis > 0 ? millis : Long.MAX_VALUE,
          collapseKeys.of(id, app, token, collapseId == null ? null : collapseId.toString()),
          token,
          app,
          id);
    } catch (RegistryException e) {
      return ParkedHeader.unread(value.length);
    } catch (UnreadableRecordException e) {
      return e.isSchemaUnknown()
          ? ParkedHeader.unread(value.length)
          : ParkedHeader.unknown(value.length);
    }
  }
}
