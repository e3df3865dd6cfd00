package dev.tidings.control;

import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.health.Health;
import dev.tidings.service.table.MemoryTable;
import dev.tidings.service.table.MemoryTable.Change;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * Keeps the entries of {@code control} up to date, in a dedicated thread. Thread-safe. An entry is
 * empty if there is none, if its latest record is unreadable, and if not all have been read.
 *
 * <p>The records are shared: read a {@code bytes} field through {@code duplicate()}, since reading
 * a buffer moves its position.
 */
public final class ControlReader implements ControlEntries, AutoCloseable {
  /** The entries; the value of an unreadable one is empty. */
  private final MemoryTable<ControlKey, Optional<SpecificRecord>> entries;

  private final TableReader<Change<ControlKey, Optional<SpecificRecord>>> reader;

  private ControlReader(
      MemoryTable<ControlKey, Optional<SpecificRecord>> entries,
      TableReader<Change<ControlKey, Optional<SpecificRecord>>> reader) {
    this.entries = entries;
    this.reader = reader;
  }

  /**
   * Starts reading.
   *
   * @param source the topic {@code control}
   */
  public static ControlReader start(
      TableSource source, RegistryClient registry, InstantSource clock) {
    MemoryTable<ControlKey, Optional<SpecificRecord>> entries = new MemoryTable<>();
    return new ControlReader(
        entries,
        TableReader.start("control entries", source, new EntryDecoder(registry), entries, clock));
  }

  /**
   * Starts reading which entries there are, without the schema registry: all of them are
   * unreadable.
   *
   * @param source the topic {@code control}
   */
  static ControlReader startNames(TableSource source, InstantSource clock) {
    MemoryTable<ControlKey, Optional<SpecificRecord>> entries = new MemoryTable<>();
    return new ControlReader(
        entries, TableReader.start("control names", source, new EntryNames(), entries, clock));
  }

  /** Returns a team. */
  public Optional<Team> team(String id) {
    return entry(ControlKind.TEAM, id);
  }

  /** Returns an app. */
  public Optional<App> app(AppId id) {
    return entry(ControlKind.APP, id.value());
  }

  /** Returns a key of providers' tokens, also one whose {@code notAfter} has passed. */
  public Optional<ProviderKey> providerKey(String kid) {
    return entry(ControlKind.PROVIDER_KEY, kid);
  }

  /** Returns an API key, also one whose {@code notAfter} has passed. */
  public Optional<ApiKey> apiKey(String id) {
    return entry(ControlKind.API_KEY, id);
  }

  @Override
  public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
    return entries
        .get(ControlKey.of(kind, name))
        .flatMap(Function.identity())
        .map(kind.type()::cast);
  }

  @Override
  public boolean exists(ControlKind<?> kind, String name) {
    return entries.get(ControlKey.of(kind, name)).isPresent();
  }

  @Override
  public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
    SortedMap<String, E> found = new TreeMap<>();
    entries
        .snapshot()
        .forEach((key, entry) -> {
          if (key.kind().equals(kind.name())) {
            entry.ifPresent(read -> found.put(key.name(), kind.type().cast(read)));
          }
        });
    return found;
  }

  /** Returns a number that changes after entries have changed. */
  public long version() {
    return entries.version();
  }

  /**
   * Returns whether all entries that existed when reading began have been read. It is not so again
   * while they are forgotten and read anew: ask after an entry was not found.
   */
  public boolean isComplete() {
    return reader.isWhole();
  }

  /**
   * Waits until all has been read that the topic has now: whoever changes an entry must not go by
   * an older one.
   *
   * @return whether that is so, and all entries are known
   */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    try {
      reader.readToEnd().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return isComplete();
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("reading to the end fails by itself only", e);
    }
  }

  /** Returns what reading waits for, if anything: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return reader.waitingFor();
  }

  /** Returns whether all entries have been read, for a service that cannot work without them. */
  public Health health() {
    return isComplete()
        ? Health.healthy()
        : Health.unhealthy(waitingFor().orElse("the entries of control are still being read"));
  }

  /** Returns the number of unreadable records. */
  public long unreadable() {
    return reader.unreadable();
  }

  /** Returns how often all entries were forgotten and read again. */
  public long readAgain() {
    return reader.readAgain();
  }

  /** Returns the number of records that are not read yet. */
  public long lag() {
    return reader.lag();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
