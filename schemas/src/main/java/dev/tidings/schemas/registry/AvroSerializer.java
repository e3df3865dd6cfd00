package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in the Confluent wire format; the subject is {@code <topic>-value}. Either
 * construct it with a client, or let Kafka create it and {@link #configure} it with Confluent's
 * properties. It reuses a buffer: for one thread at a time, as Kafka calls it.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final RecordBuffer buffer = new RecordBuffer();
  private @Nullable RegistryClient registry;
  private boolean closesRegistry;

  // The target of the last record, which is nearly always that of the next one too.
  private @Nullable Target<T> last;
  private final List<Target<T>> targets = new ArrayList<>(2);

  /**
   * How records of a schema are written to a topic.
   *
   * @param header the bytes before each record
   */
  private record Target<T>(
      String topic, Schema schema, byte[] header, SpecificDatumWriter<T> writer) {
    boolean isOf(String aTopic, Schema aSchema) {
      return schema.equals(aSchema) && topic.equals(aTopic);
    }
  }

  /** Creates a serializer for Kafka, which configures it. */
  public AvroSerializer() {}

  public AvroSerializer(RegistryClient registry) {
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new IllegalArgumentException("keys are plain UTF-8; this writes values");
    }
    if (registry == null) {
      registry = new RegistryClient(RegistryConfig.of(configs));
      closesRegistry = true;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws RegistryException if the schema's id is not known yet and the registry does not return
   *     it
   */
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T record) {
    if (record == null) {
      return null;
    }
    Target<T> target = target(topic, record.getSchema());
    buffer.begin(target.header());
    try {
      target.writer().write(record, buffer);
    } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
      throw new SerializationException(
          record.getSchema().getName() + " can't be written to " + topic, e);
    }
    return buffer.copy();
  }

  private Target<T> target(String topic, Schema schema) {
    @Nullable Target<T> before = last;
    if (before != null && before.isOf(topic, schema)) {
      return before;
    }
    Target<T> found = find(topic, schema);
    last = found;
    return found;
  }

  private Target<T> find(String topic, Schema schema) {
    for (Target<T> known : targets) {
      if (known.isOf(topic, schema)) {
        return known;
      }
    }
    @Nullable RegistryClient client = registry;
    if (client == null) {
      throw new IllegalStateException("configure() was not called");
    }
    byte[] header = WireFormat.header(client.id(topic + "-value", schema));
    Target<T> found =
        new Target<>(topic, schema, header, new SpecificDatumWriter<>(schema, OwnRecords.INSTANCE));
    targets.add(found);
    return found;
  }

  @Override
  public void close() {
    if (closesRegistry && registry != null) {
      registry.close();
    }
  }
}
