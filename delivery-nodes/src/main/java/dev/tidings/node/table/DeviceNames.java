package dev.tidings.node.table;

import dev.tidings.schemas.question.DeviceList;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds devices by what their names begin with. Keys begin with the length of the name, so those of
 * each length are sought by themselves: as many seeks as there are lengths, however many devices
 * there are, and one for each device that is found.
 */
final class DeviceNames {
  private static final int LENGTH_BYTES = Short.BYTES;

  private DeviceNames() {}

  /**
   * Which are wanted.
   *
   * @param after the name behind which they begin
   * @param limit how many at most
   */
  record Wanted(String prefix, String after, int limit) {
    boolean has(String name) {
      return name.startsWith(prefix) && DeviceList.ORDER.compare(name, after) > 0;
    }
  }

  /** Returns those of some partitions, each as soon as all of it is in the store. */
  static <V> CompletableFuture<NavigableSet<String>> all(
      Collection<TablePartition<V>> partitions, TableReaders readers, Wanted wanted) {
    List<CompletableFuture<NavigableSet<String>>> parts = new ArrayList<>();
    for (TablePartition<V> each : partitions) {
      parts.add(
          each.current()
              .thenCompose(partition -> readers.read(() -> DeviceNames.of(partition, wanted))));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> {
          NavigableSet<String> all = new TreeSet<>(DeviceList.ORDER);
          parts.forEach(part -> all.addAll(part.join()));
          return first(all, wanted.limit());
        });
  }

  /** Returns those of a partition. Blocks on the store. */
  static NavigableSet<String> of(TablePartition<?> partition, Wanted wanted) {
    NavigableSet<String> found = new TreeSet<>(DeviceList.ORDER);
    int shortest = Math.max(1, bytes(wanted.prefix()).length);
    for (int length = shortest; length <= DeviceId.MAX_BYTES; length++) {
      addOfLength(partition, length, wanted, found);
    }
    partition
        .unseen()
        .forEach((key, write) -> {
          if (write.value() != null) {
            device(key).filter(wanted::has).ifPresent(found::add);
          }
        });
    return first(found, wanted.limit());
  }

  /** Returns the first ones. */
  static NavigableSet<String> first(NavigableSet<String> names, int limit) {
    NavigableSet<String> first = new TreeSet<>(DeviceList.ORDER);
    names.stream().limit(limit).forEach(first::add);
    return first;
  }

  private static void addOfLength(
      TablePartition<?> partition, int length, Wanted wanted, NavigableSet<String> found) {
    byte[] from = bytes(wanted.prefix());
    byte[] after = bytes(wanted.after());
    // Of those of this length, none before it is behind the whole of it.
    byte[] begun = Arrays.copyOf(after, Math.min(after.length, length));
    @Nullable Bytes next = key(length, Arrays.compareUnsigned(begun, from) > 0 ? begun : from);
    int added = 0;
    while (next != null && added < wanted.limit()) {
      @Nullable Bytes key = seek(partition, next, length);
      @Nullable String device = key == null ? null : device(key).orElse(null);
      if (key == null || (device != null && !device.startsWith(wanted.prefix()))) {
        return;
      }
      if (device != null && wanted.has(device) && found.add(device)) {
        added++;
      }
      next = behind(key, length);
    }
  }

  /** Returns the first key from there on that is of a name of this length. */
  private static @Nullable Bytes seek(TablePartition<?> partition, Bytes from, int length) {
    try (KeyValueIterator<Bytes, byte[]> rows =
        partition.store.range(from, key(length + 1, new byte[0]))) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        if (row.key.get().length >= LENGTH_BYTES + length
            && ByteBuffer.wrap(row.key.get()).getShort() == length) {
          return row.key;
        }
      }
    }
    return null;
  }

  /** Returns what is behind all keys of the same name; null if it is the last of its length. */
  private static @Nullable Bytes behind(Bytes key, int length) {
    byte[] next = Arrays.copyOf(key.get(), LENGTH_BYTES + length);
    for (int i = next.length - 1; i >= LENGTH_BYTES; i--) {
      if (++next[i] != 0) {
        return Bytes.wrap(next);
      }
    }
    return null;
  }

  private static Bytes key(int length, byte[] name) {
    return Bytes.wrap(
        ByteBuffer.allocate(LENGTH_BYTES + name.length).putShort((short) length).put(name).array());
  }

  private static Optional<String> device(Bytes key) {
    try {
      return Optional.of(DeviceKey.parse(key.get()).device().value());
    } catch (InvalidValueException e) {
      // Somebody else's record.
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
