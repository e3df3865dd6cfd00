package dev.tidings.streams.schedule;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.rocks.WholeWalk;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.DueIndex.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The table of what is scheduled, byte for byte as in its topic. It is read by key; it is scanned
 * at the start, and when the index is used up, and then as a whole: never to find a few entries
 * among many deleted ones. Confined to the task's thread.
 */
final class ScheduleStore {
  private final KeyValueStore<Bytes, byte[]> store;
  private final AvroDeserializer<Notification> values;
  private final RegistryRetry patience;
  private int count;

  ScheduleStore(
      KeyValueStore<Bytes, byte[]> store, RegistryClient registry, RegistryRetry patience) {
    this.store = store;
    this.values = AvroDeserializer.atOnce(registry, Notification.class);
    this.patience = patience;
  }

  /**
   * Counts the entries and fills the index.
   *
   * @return the keys of the withdrawals
   */
  List<Bytes> open(DueIndex index) {
    List<Bytes> withdrawals = new ArrayList<>();
    count = 0;
    scan((key, value) -> {
      count++;
      if (isWithdrawal(key)) {
        withdrawals.add(key);
      } else {
        add(index, key, value);
      }
    });
    return withdrawals;
  }

  /** Fills the index again. */
  void fill(DueIndex index, Predicate<Bytes> wanted) {
    index.clear();
    scan((key, value) -> {
      if (!isWithdrawal(key) && wanted.test(key)) {
        add(index, key, value);
      }
    });
  }

  private void scan(BiConsumer<Bytes, byte[]> each) {
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        last = entry.key;
        if (isKey(entry.key)) {
          each.accept(entry.key, entry.value);
        }
      }
    }
    WholeWalk.check("schedules", last, store);
  }

  private void add(DueIndex index, Bytes key, byte[] value) {
    @Nullable Entry entry = entry(key, value);
    if (entry != null) {
      index.add(entry);
    }
  }

  int count() {
    return count;
  }

  byte @Nullable [] get(Bytes key) {
    return store.get(key);
  }

  void put(Bytes key, byte @Nullable [] value) {
    boolean before = store.get(key) != null;
    store.put(key, value);
    count += (value == null ? 0 : 1) - (before ? 1 : 0);
  }

  /** Returns the entry of a key; null if there is none, or it is unreadable. */
  @Nullable Entry entry(Bytes key) {
    byte[] value = store.get(key);
    return value == null ? null : entry(key, value);
  }

  private @Nullable Entry entry(Bytes key, byte[] value) {
    try {
      @Nullable Long due = patience.ask(() -> values.read(value)).getDeliverAt();
      return due == null ? null : new Entry(due, key);
    } catch (UnreadableRecordException e) {
      return null;
    }
  }

  private static boolean isKey(Bytes key) {
    try {
      ScheduleKey.parse(key.get());
      return true;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  private static boolean isWithdrawal(Bytes key) {
    return ScheduleKey.isWithdrawal(key.get());
  }
}
