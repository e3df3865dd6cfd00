package dev.tidings.ingest.channel;

import dev.tidings.ingest.channel.Channels.Found;
import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.service.table.InMemoryTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The channels of all apps, in memory. Of what other programs write to the topic no more is kept
 * than there may be. Written by the thread that reads the topic, read by all.
 */
final class ChannelTable extends InMemoryTable<ChannelTable.Change> {
  private final int most;
  private final Map<String, Map<String, Found>> apps = new HashMap<>();
  private int size;
  private long leftOut;

  /**
   * A record of the topic.
   *
   * @param key null for a record of another kind
   * @param found null for a tombstone
   */
  record Change(@Nullable ChannelKey key, @Nullable Found found) {}

  /**
   * @param most how many are kept at most
   */
  ChannelTable(int most) {
    this.most = most;
  }

  /** Reads a record; what has another key changes nothing. */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<Channel> deserializer) {
    byte @Nullable [] bytes = record.key();
    @Nullable ChannelKey key = bytes == null ? null : ChannelKey.parse(bytes).orElse(null);
    byte @Nullable [] value = record.value();
    return new Change(
        key, key == null || value == null ? null : new Found(deserializer.read(value).getStores()));
  }

  synchronized Optional<Found> find(ChannelKey key) {
    return Optional.ofNullable(
        apps.getOrDefault(key.app().value(), Map.of()).get(key.id().value()));
  }

  synchronized List<String> ids(String app) {
    return List.copyOf(apps.getOrDefault(app, Map.of()).keySet());
  }

  /** Returns how many apps have. */
  synchronized int count(Predicate<String> app) {
    return apps.entrySet().stream()
        .filter(each -> app.test(each.getKey()))
        .mapToInt(each -> each.getValue().size())
        .sum();
  }

  /** Returns how many there are. */
  synchronized int size() {
    return size;
  }

  /** Returns how many were read that found no room. */
  synchronized long leftOut() {
    return leftOut;
  }

  /** Removes one that was read, of whose deletion the log has the record. */
  synchronized void remove(ChannelKey key) {
    @Nullable Map<String, Found> channels = apps.get(key.app().value());
    if (channels != null && channels.remove(key.id().value()) != null) {
      size--;
      if (channels.isEmpty()) {
        apps.remove(key.app().value());
      }
    }
  }

  private void put(ChannelKey key, Found found) {
    String app = key.app().value();
    String id = key.id().value();
    boolean isNew = !apps.getOrDefault(app, Map.of()).containsKey(id);
    if (isNew && size >= most) {
      leftOut++;
      return;
    }
    apps.computeIfAbsent(app, _ -> new LinkedHashMap<>()).put(id, found);
    if (isNew) {
      size++;
    }
  }

  @Override
  protected void take(List<Change> changes, long now) {
    for (Change change : changes) {
      @Nullable ChannelKey key = change.key();
      @Nullable Found found = change.found();
      if (key == null) {
        continue;
      }
      if (found == null) {
        remove(key);
      } else {
        put(key, found);
      }
    }
  }

  @Override
  protected void forgetAll() {
    apps.clear();
    size = 0;
  }
}
