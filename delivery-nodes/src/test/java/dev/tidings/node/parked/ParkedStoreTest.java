package dev.tidings.node.parked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.service.rocks.DamagedTableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.Test;

/**
 * A store one of whose blocks is damaged, as RocksDB and Kafka Streams show it.
 *
 * <p>Shows G88 of docs/guarantees.md.
 */
final class ParkedStoreTest {
  private static final byte[] DEVICE = "phone".getBytes(StandardCharsets.UTF_8);

  private final Damaged rocks = new Damaged();
  private final ParkedStore store = new ParkedStore(rocks);

  ParkedStoreTest() {
    for (int i = 0; i < 100; i++) {
      rocks.entries.put(key(i), new byte[] {1});
    }
  }

  private static Bytes key(long sequence) {
    return Bytes.wrap(InboxKey.bytes(DEVICE, sequence));
  }

  @Test
  void a_store_that_is_well_is_read_whole() {
    assertThat(store.read(DEVICE, 0, 99, 100, 200)).hasSize(100);
    assertThat(store.read(DEVICE, 0, 99, 100, 10)).hasSize(10);
    assertThat(store.read(DEVICE, 40, 99, 60, 60)).hasSize(60);
  }

  @Test
  void what_has_gone_meanwhile_is_no_damage() {
    rocks.entries.keySet().removeIf(key -> key.get()[key.get().length - 1] >= 50);
    assertThat(store.read(DEVICE, 0, 99, 100, 200)).hasSize(50);
    assertThat(store.read(DEVICE, 0, 49, 100, 200)).hasSize(50);
  }

  @Test
  void entries_behind_a_damaged_block_are_not_passed_over() {
    rocks.from = key(50);
    rocks.to = key(60);

    for (int limit : new int[] {55, 80, 200}) {
      assertThatThrownBy(() -> store.read(DEVICE, 0, 99, 100, limit))
          .as("limit %d", limit)
          .isInstanceOf(DamagedTableException.class);
    }
    assertThat(store.read(DEVICE, 0, 99, 100, 50)).hasSize(50);
  }

  @Test
  void nobody_takes_over_half_an_inbox() {
    rocks.from = key(50);
    rocks.to = key(60);
    assertThatThrownBy(this::index).isInstanceOf(DamagedTableException.class);

    rocks.to = key(99);
    assertThatThrownBy(this::index).isInstanceOf(DamagedTableException.class);
  }

  private void index() {
    RegistryClient registry =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, "http://127.0.0.1:1")));
    try (registry) {
      ParkedHeaderReader labels = new ParkedHeaderReader(registry, new CollapseKeys(Set.of()));
      assertThat(store.index(labels, (device, app, token) -> false).ranges()).hasSize(1);
    }
  }

  /** Its iterators end where the damage begins; a look-up of what lies behind it works. */
  private static final class Damaged implements ReadOnlyKeyValueStore<Bytes, byte[]> {
    final NavigableMap<Bytes, byte[]> entries = new TreeMap<>();
    Bytes from = Bytes.wrap(new byte[0]);
    Bytes to = from;

    private boolean isDamaged(Bytes key) {
      return key.compareTo(from) >= 0 && key.compareTo(to) <= 0;
    }

    @Override
    public byte[] get(Bytes key) {
      if (isDamaged(key)) {
        throw new ProcessorStateException("block checksum mismatch");
      }
      return entries.get(key);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes first, Bytes last) {
      return upToTheDamage(entries.subMap(first, true, last, true));
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
      return upToTheDamage(entries);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> reverseAll() {
      return upToTheDamage(entries.descendingMap());
    }

    @Override
    public long approximateNumEntries() {
      return entries.size();
    }

    private KeyValueIterator<Bytes, byte[]> upToTheDamage(Map<Bytes, byte[]> range) {
      Deque<KeyValue<Bytes, byte[]>> readable = new ArrayDeque<>();
      for (Map.Entry<Bytes, byte[]> entry : range.entrySet()) {
        if (isDamaged(entry.getKey())) {
          break;
        }
        readable.add(KeyValue.pair(entry.getKey(), entry.getValue()));
      }
      return new Found(readable);
    }
  }

  /** What an iterator finds. */
  private record Found(Deque<KeyValue<Bytes, byte[]>> entries)
      implements KeyValueIterator<Bytes, byte[]> {
    @Override
    public boolean hasNext() {
      return !entries.isEmpty();
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      return entries.remove();
    }

    @Override
    public Bytes peekNextKey() {
      return entries.element().key;
    }

    @Override
    public void close() {}
  }
}
