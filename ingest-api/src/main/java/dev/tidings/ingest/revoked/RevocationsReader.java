package dev.tidings.ingest.revoked;

import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.health.Health;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.rocksdb.RocksDBException;

/**
 * Keeps the {@link RevocationTable} up to date with the topic, in a dedicated thread, while the
 * service runs, and answers from it. Thread-safe.
 */
public final class RevocationsReader implements RevocationLookup, AutoCloseable {
  private final RevocationTable table;
  private final TableReader<Change> reader;

  private RevocationsReader(RevocationTable table, TableReader<Change> reader) {
    this.table = table;
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
        table,
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

  /**
   * Returns whether the table has all revocations that existed when reading began; it is not so
   * again while it is emptied and read anew.
   */
  public boolean isWhole() {
    return reader.isWhole();
  }

  /** Returns what readiness says of the table. */
  public Health health() {
    return isWhole()
        ? Health.healthy()
        : Health.unhealthy(waitingFor().orElse("revocations are still being read"));
  }

  @Override
  public OptionalLong revokedSince(Token token) throws UnknownException {
    OptionalLong since;
    try {
      since = table.revokedSince(token);
    } catch (RocksDBException e) {
      throw new UnknownException();
    }
    // Asked after the look-up: the table may be emptied between the two.
    if (since.isEmpty() && !isWhole()) {
      throw new UnknownException();
    }
    return since;
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
