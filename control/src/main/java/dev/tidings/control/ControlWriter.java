package dev.tidings.control;

import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries of {@code control}, each after its line in {@code audit}: there may be a line
 * without a change, but no change without a line. Of two administrators who change the same entry
 * at the same time the last one wins. Not thread-safe.
 */
public final class ControlWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Producer<byte[], byte[]> producer;
  private final AvroSerializer<SpecificRecord> serializer;
  private final String control;
  private final String audit;
  private final Author author;
  private final InstantSource clock;

  /**
   * Who makes the changes.
   *
   * @param who a name
   * @param from where the changes come from
   */
  public record Author(String who, String from) {}

  /**
   * Creates a writer.
   *
   * @param producer acknowledged by all replicas; owned and closed by the caller
   */
  public ControlWriter(
      Producer<byte[], byte[]> producer,
      RegistryClient registry,
      TopicNames names,
      Author author,
      InstantSource clock) {
    this.producer = producer;
    this.serializer = new AvroSerializer<>(registry);
    this.control = names.of(LogTopics.CONTROL);
    this.audit = names.of(LogTopics.AUDIT);
    this.author = author;
    this.clock = clock;
  }

  /**
   * Writes an entry, in place of any that has its name.
   *
   * @param what the operation and its values, without secrets
   */
  public <E extends SpecificRecord> void put(ControlKind<E> kind, String name, E entry, String what)
      throws InterruptedException {
    ControlKey key = ControlKey.of(kind, name);
    write(key, serializer.serialize(key.serialisedAs(control), entry), what);
  }

  /**
   * Removes an entry.
   *
   * @param what the operation and its values, without secrets
   */
  public void remove(ControlKind<?> kind, String name, String what) throws InterruptedException {
    write(ControlKey.of(kind, name), null, what);
  }

  private void write(ControlKey key, byte @Nullable [] value, String what)
      throws InterruptedException {
    byte[] bytes = key.bytes();
    AuditEntry line =
        new AuditEntry(
            clock.instant(),
            author.who(),
            what,
            new String(bytes, StandardCharsets.UTF_8),
            author.from());
    send(audit, bytes, serializer.serialize(audit, line));
    send(control, bytes, value);
  }

  private void send(String topic, byte[] key, byte @Nullable [] value) throws InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(topic, key, value))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new KafkaException(
          topic
              + " has acknowledged nothing for "
              + PATIENCE.toSeconds()
              + " s: look before you"
              + " try again, it may still have been written",
          e);
    } catch (ExecutionException e) {
      throw new KafkaException(topic + " can't be written: " + e.getCause(), e.getCause());
    }
  }
}
