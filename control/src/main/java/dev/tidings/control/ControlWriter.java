package dev.tidings.control;

import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.producer.AwaitedWrites;
import dev.tidings.service.kafka.producer.ProducerSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries of {@code control}, each after its line in {@code audit}: there may be a line
 * without a change, but no change without a line, except where a caller asks for that. Of two
 * administrators who write the same entry at the same time the last one wins, except over an entry
 * that was made of another. Not thread-safe.
 */
public final class ControlWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AwaitedWrites writes;
  private final AvroSerializer<SpecificRecord> serializer;
  private final String control;
  private final String audit;
  private final InstantSource clock;

  /**
   * Who makes a change.
   *
   * @param who a name
   * @param from where the change comes from
   */
  public record Author(String who, String from) {}

  /**
   * Creates a writer.
   *
   * @param producers acknowledged by all replicas; owned and closed by the caller
   */
  public ControlWriter(
      ProducerSource producers, RegistryClient registry, TopicNames names, InstantSource clock) {
    this.writes = new AwaitedWrites(producers);
    this.serializer = new AvroSerializer<>(registry);
    this.control = names.of(LogTopics.CONTROL);
    this.audit = names.of(LogTopics.AUDIT);
    this.clock = clock;
  }

  /**
   * Writes an entry or removes it, once its line is written. What was decided on an entry is not
   * written if that is not the latest any more, looked at just before: else a key that somebody
   * revokes at the same time would be back.
   *
   * @param latest the entries that the change was decided on
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  public <E extends SpecificRecord> void write(
      Author author, ControlChange<E> change, ControlReader latest) throws InterruptedException {
    write(author, change, Optional.of(latest));
  }

  /** The same, of a change that was decided on no entry. */
  public <E extends SpecificRecord> void write(Author author, ControlChange<E> change)
      throws InterruptedException {
    if (change.before().isPresent()) {
      throw new IllegalArgumentException("change: of an entry (expected: the latest entries too)");
    }
    write(author, change, Optional.empty());
  }

  /**
   * Removes an entry without a line, which would need the schema registry: while that is away, who
   * is to be shut out must not stay for it. The record's headers have what the line would have.
   *
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  public void removeWithoutLine(Author author, ControlChange<?> change)
      throws InterruptedException {
    if (change.entry().isPresent()) {
      throw new IllegalArgumentException("change: an entry (expected: that one is removed)");
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(control, ControlKey.of(change.kind(), change.name()).bytes(), null);
    Map.of(
            "tidings-at", clock.instant().toString(),
            "tidings-who", author.who(),
            "tidings-what", change.what(),
            "tidings-from", author.from())
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    send(record);
  }

  /**
   * Writes a line about what is about to be done and changes no entry.
   *
   * @param entry what it is about: a kind, a slash and a name
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  public void note(Author author, String entry, String what) throws InterruptedException {
    AuditEntry line = new AuditEntry(clock.instant(), author.who(), what, entry, author.from());
    send(audit, entry.getBytes(StandardCharsets.UTF_8), serializer.serialize(audit, line));
  }

  private <E extends SpecificRecord> void write(
      Author author, ControlChange<E> change, Optional<ControlReader> latest)
      throws InterruptedException {
    ControlKey key = ControlKey.of(change.kind(), change.name());
    byte[] name = key.bytes();
    @Nullable E entry = change.entry().orElse(null);
    // First: what can't be written leaves no line.
    byte @Nullable [] value =
        entry == null ? null : serializer.serialize(key.serialisedAs(control), entry);
    AuditEntry line =
        new AuditEntry(
            clock.instant(),
            author.who(),
            change.what(),
            new String(name, StandardCharsets.UTF_8),
            author.from());
    send(audit, name, serializer.serialize(audit, line));
    if (change.before().isPresent() && latest.isPresent()) {
      requireLatest(change, latest.get());
    }
    send(control, name, value);
  }

  private void requireLatest(ControlChange<?> change, ControlReader latest)
      throws InterruptedException {
    if (!latest.awaitEnd(PATIENCE)) {
      throw new KafkaException(control + " can't be read to its end: nothing has been changed");
    }
    if (!change.isDecidedOn(latest)) {
      throw new KafkaException(
          change.name()
              + " has been changed or removed by somebody else meanwhile: look, and try again");
    }
  }

  private void send(String topic, byte[] key, byte @Nullable [] value) throws InterruptedException {
    send(new ProducerRecord<>(topic, key, value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
    writes.write(record);
  }
}
