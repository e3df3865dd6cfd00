package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.rocks.WholeWalk;
import dev.tidings.streams.step.RearrangedTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The table of who has joined what. Its topic is ordered by devices, and this table by app, topic
 * and device, so that all who have joined one topic are one range of it; it is put into that order
 * while it is restored, too. Confined to the task's thread, which has it from the one that
 * restores.
 */
final class SubscriberStore extends RearrangedTable {
  /** Is in no app's and no topic's name. */
  private static final byte SEPARATOR = 0;

  /** In front of all rows. */
  private static final Bytes LAST_JOIN = Bytes.wrap(new byte[] {SEPARATOR});

  private final KeyValueStore<Bytes, byte[]> store;

  /** Creates a table whose rows are in a store that it opens and closes. */
  SubscriberStore(KeyValueStore<Bytes, byte[]> store) {
    super(store);
    this.store = store;
  }

  /**
   * A subscriber of a topic.
   *
   * @param record as in the log
   */
  record Row(DeviceId device, byte[] record) {}

  @Override
  protected void restore(Collection<KeyValue<byte[], byte[]>> records) {
    List<KeyValue<Bytes, byte[]>> rows = new ArrayList<>(records.size());
    for (KeyValue<byte[], byte[]> record : records) {
      if (record.key != null) {
        TopicMembership.parse(record.key)
            .ifPresent(joined -> rows.add(new KeyValue<>(row(joined), record.value)));
      }
    }
    store.putAll(rows);
  }

  /** Takes what the topic has under a key, unless that is about something else than a topic. */
  void put(byte[] key, byte @Nullable [] value) {
    TopicMembership.parse(key).ifPresent(joined -> store.put(row(joined), value));
  }

  /**
   * Notes the offset of a record by which a device has joined a channel. It is on disk as soon as
   * what is put behind it.
   */
  void putLastJoin(long offset) {
    store.put(LAST_JOIN, ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
  }

  /** Returns the offset that was noted last, also by an earlier process; -1 if there is none. */
  long lastJoin() {
    byte @Nullable [] value = store.get(LAST_JOIN);
    return value == null ? -1 : ByteBuffer.wrap(value).getLong();
  }

  /** Returns whether a record is about a device and a channel. */
  static boolean isOfChannel(byte[] key) {
    return TopicMembership.parse(key).filter(joined -> joined.topic().isChannel()).isPresent();
  }

  /** Returns whether a record says that a device has joined a channel, which it had not before. */
  boolean isNewInChannel(byte[] key, byte[] value) {
    return TopicMembership.parse(key)
        .filter(joined -> joined.topic().isChannel())
        .filter(joined -> !Arrays.equals(value, store.get(row(joined))))
        .isPresent();
  }

  /** Returns the record by which a device has joined a topic; null if it has not. */
  byte @Nullable [] get(AppId app, BroadcastTopic topic, DeviceId device) {
    return store.get(row(new TopicMembership(device, app, topic)));
  }

  /**
   * Returns those who have joined a topic, in the order of their bytes: so many at most.
   *
   * @param behind the device behind which to begin; null for the first
   */
  List<Row> behind(AppId app, BroadcastTopic topic, @Nullable DeviceId behind, int most) {
    Bytes from = from(app, topic, behind);
    Bytes to = end(app, topic);
    int prefix = prefix(app, topic).length;
    List<Row> found = new ArrayList<>();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, to)) {
      while (found.size() < most && rows.hasNext()) {
        KeyValue<Bytes, byte[]> next = rows.next();
        last = next.key;
        byte[] key = last.get();
        found.add(new Row(DeviceId.ofKey(key, prefix, key.length - prefix), next.value));
      }
    }
    if (found.size() < most) {
      checkEnd(from, to, last);
    }
    return found;
  }

  private void checkEnd(Bytes from, Bytes to, @Nullable Bytes last) {
    try (KeyValueIterator<Bytes, byte[]> backwards = store.reverseRange(from, to)) {
      WholeWalk.check("subscribers", last, backwards.hasNext() ? backwards.peekNextKey() : null);
    }
  }

  private static Bytes row(TopicMembership joined) {
    byte[] prefix = prefix(joined.app(), joined.topic());
    byte[] device = joined.device().key();
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + device.length).put(prefix).put(device).array());
  }

  private static Bytes from(AppId app, BroadcastTopic topic, @Nullable DeviceId behind) {
    if (behind == null) {
      return Bytes.wrap(prefix(app, topic));
    }
    byte[] row = row(new TopicMembership(behind, app, topic)).get();
    return Bytes.wrap(Arrays.copyOf(row, row.length + 1));
  }

  private static Bytes end(AppId app, BroadcastTopic topic) {
    byte[] end = prefix(app, topic);
    end[end.length - 1] = SEPARATOR + 1;
    return Bytes.wrap(end);
  }

  private static byte[] prefix(AppId app, BroadcastTopic topic) {
    byte[] appBytes = app.value().getBytes(StandardCharsets.ISO_8859_1);
    byte[] topicBytes = topic.value().getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(appBytes.length + topicBytes.length + 2)
        .put(appBytes)
        .put(SEPARATOR)
        .put(topicBytes)
        .put(SEPARATOR)
        .array();
  }
}
