package dev.tidings.ingest.revoked;

import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Keeps the {@link RevocationTable} up to date with the topic, in a dedicated thread, while the
 * service runs. Thread-safe.
 */
public final class RevocationsReader implements AutoCloseable {
  private final TableReader<Change> reader;

  private RevocationsReader(TableReader<Change> reader) {
    this.reader = reader;
  }

  /**
   * Starts reading.
   *
   * @param source the topic {@code revocations}
   * @param table the table to keep up to date
   */
  public static RevocationsReader start(
      TableSource source, RegistryClient registry, RevocationTable table, InstantSource clock) {
    AvroDeserializer<Revocation> deserializer = new AvroDeserializer<>(registry, Revocation.class);
    return new RevocationsReader(
        TableReader.start(
            "revocations",
            source,
            record -> change(record, deserializer),
            new RevocationsTarget(table),
            clock));
  }

  private static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<Revocation> deserializer) {
    Token token = new Token(new String(record.key(), StandardCharsets.US_ASCII));
    long since =
        record.value() == null ? -1 : Math.max(0, deserializer.read(record.value()).getSince());
    return new Change(token.bytes(), since, record.partition(), record.offset());
  }

  /** Returns whether all revocations that existed at the start have been read. */
  public boolean isComplete() {
    return reader.isComplete();
  }

  /** Returns what reading waits for, if anything: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return reader.waitingFor();
  }

  /** Returns the number of unreadable records. */
  public long unreadable() {
    return reader.unreadable();
  }

  /** Returns how often the table was emptied and read again. */
  public long readAgain() {
    return reader.readAgain();
  }

  /** Returns the number of records of the topic that are not read yet. */
  public long lag() {
    return reader.lag();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
