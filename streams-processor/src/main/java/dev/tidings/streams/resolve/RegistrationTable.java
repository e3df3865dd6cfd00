package dev.tidings.streams.resolve;

import dev.tidings.streams.read.RegistrationReader;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryPatience;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The devices of tokens, as far as the log has been read. Confined to the task's thread. */
final class RegistrationTable {
  private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
  private final RegistrationReader reader;
  private final RegistryPatience patience;

  RegistrationTable(
      ReadOnlyKeyValueStore<Bytes, byte[]> store,
      RegistrationReader reader,
      RegistryPatience patience) {
    this.store = store;
    this.reader = reader;
    this.patience = patience;
  }

  /**
   * Returns the destination of a token; null if it is unknown or revoked, or its record is
   * unreadable.
   */
  @Nullable Destination find(Bytes token) {
    byte[] value = store.get(token);
    return value == null ? null : read(value);
  }

  @Nullable Destination read(byte[] value) {
    return patience.ask(() -> reader.read(value)).orElse(null);
  }
}
