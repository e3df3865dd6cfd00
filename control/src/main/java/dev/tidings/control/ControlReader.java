package dev.tidings.control;

import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.table.MemoryTable;
import dev.tidings.service.table.MemoryTable.Change;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Keeps the entries of {@code control} up to date, in a dedicated thread. Thread-safe. */
public final class ControlReader implements AutoCloseable {
  private final MemoryTable<ControlKey, App> apps;
  private final TableReader<Change<ControlKey, App>> reader;

  private ControlReader(
      MemoryTable<ControlKey, App> apps, TableReader<Change<ControlKey, App>> reader) {
    this.apps = apps;
    this.reader = reader;
  }

  /**
   * Starts reading.
   *
   * @param source the topic {@code control}
   */
  public static ControlReader start(
      TableSource source, RegistryClient registry, InstantSource clock) {
    MemoryTable<ControlKey, App> apps = new MemoryTable<>();
    AvroDeserializer<App> deserializer = new AvroDeserializer<>(registry, App.class);
    return new ControlReader(
        apps,
        TableReader.start(
            "control entries", source, record -> change(record, deserializer), apps, clock));
  }

  private static Change<ControlKey, App> change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<App> deserializer) {
    ControlKey key = ControlKey.of(record.key());
    boolean isEntry = key.kind().equals(ControlKey.APP) && record.value() != null;
    return new Change<>(key, isEntry ? deserializer.read(record.value()) : null);
  }

  /** Returns an app; empty if there is none, or if not all entries have been read. */
  public Optional<App> app(AppId id) {
    return apps.get(new ControlKey(ControlKey.APP, id.value()));
  }

  /** Returns whether all entries that existed at the start have been read. */
  public boolean isComplete() {
    return reader.isComplete();
  }

  /** Returns what reading waits for, if anything: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return reader.waitingFor();
  }

  /** Returns the number of unreadable entries. */
  public long unreadable() {
    return reader.unreadable();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
