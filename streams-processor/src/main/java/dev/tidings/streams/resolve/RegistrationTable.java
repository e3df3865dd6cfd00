package dev.tidings.streams.resolve;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.streams.read.RegistrationReader;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryRetry;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The devices of tokens, as far as the log has been read. Confined to the task's thread. */
final class RegistrationTable {
  private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
  private final RegistrationReader newest;
  private final RegistrationReader kept;
  private final RegistryRetry patience;

  RegistrationTable(
      ReadOnlyKeyValueStore<Bytes, byte[]> store, RegistryClient registry, RegistryRetry patience) {
    this.store = store;
    this.newest = new RegistrationReader(registry);
    this.kept = RegistrationReader.atOnce(registry);
    this.patience = patience;
  }

  /**
   * Returns the destination of a token; null if it is unknown or revoked, or its record is
   * unreadable.
   */
  @Nullable Destination find(Bytes token) {
    byte[] value = store.get(token);
    return value == null ? null : patience.ask(() -> kept.read(value)).orElse(null);
  }

  /** Whether there is something of the token that may be read once a registry knows its schema. */
  boolean isReadLater(Bytes token) {
    byte[] value = store.get(token);
    return value != null && patience.ask(() -> kept.isOfUnknownSchema(value));
  }

  /** What has just come, whose schema a registry may only just have been told. */
  @Nullable Destination read(byte[] value) {
    return patience.ask(() -> newest.read(value)).orElse(null);
  }
}
