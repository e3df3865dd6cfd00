package dev.tidings.streams.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.schedule.DueIndex.Entry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On disk, as a service has it.
 *
 * <p>Shows G51 and G105 of docs/guarantees.md.
 */
final class ScheduleStoreTest {
  private static final Token TOKEN = new Token("0123456789abcdef".repeat(4));
  private static final TopicPartition TOPIC = new TopicPartition("tidings.schedules", 0);
  private static final Entry START = new Entry(Long.MIN_VALUE, Bytes.wrap(new byte[0]));
  private static final long NOW = 1_000_000;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client = client();
  private final AvroSerializer<Notification> values = new AvroSerializer<>(client);
  private final AtomicInteger rowsRead = new AtomicInteger();
  private final List<BatchingStateRestoreCallback> restorations = new ArrayList<>();

  @TempDir Path directory;

  private RegistryClient client() {
    return new RegistryClient(
        RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url(), "max.retries", "0")));
  }

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  @Test
  void so_many_rows_are_read_as_are_asked_for_whatever_is_scheduled() {
    ScheduleStore store = open(client);
    for (int i = 0; i < 5_000; i++) {
      store.put(key(i), value(1 + i * 37 % 5_000));
    }

    List<Long> dues = new ArrayList<>();
    Entry last = START;
    for (int refill = 0; refill < 50; refill++) {
      rowsRead.set(0);
      List<Entry> next = store.behind(last, 100);
      assertThat(rowsRead).hasValue(100);
      next.forEach(entry -> dues.add(entry.due()));
      last = next.getLast();
      // What was sent lies in front of the next ones, and must not be read again.
      next.forEach(entry -> store.put(entry.key(), null));
    }

    assertThat(dues).containsExactlyElementsOf(LongStream.rangeClosed(1, 5_000).boxed().toList());
    assertThat(store.behind(last, 100)).isEmpty();
    assertThat(store.count()).isZero();
    store.close();
  }

  @Test
  void times_before_the_epoch_come_first() {
    ScheduleStore store = open(client);
    long[] dues = {3, -2, Long.MAX_VALUE, Long.MIN_VALUE + 1, 1};
    for (int i = 0; i < dues.length; i++) {
      store.put(key(i), value(dues[i]));
    }

    assertThat(store.behind(START, 10))
        .extracting(Entry::due)
        .containsExactly(Long.MIN_VALUE + 1, -2L, 1L, 3L, Long.MAX_VALUE);
    store.close();
  }

  @Test
  void one_that_is_put_again_comes_at_its_last_time_alone_and_is_counted_once() {
    ScheduleStore store = open(client);
    store.put(key(1), value(10));
    store.put(key(1), value(20));

    assertThat(store.behind(START, 10)).containsExactly(new Entry(20, key(1)));
    assertThat(store.get(key(1))).isEqualTo(value(20));
    assertThat(store.count()).isOne();
    store.close();
  }

  @Test
  void what_is_restored_is_in_its_order_and_what_is_not_of_the_schedule_is_left_out() {
    ScheduleStore store = open(client);
    List<KeyValue<byte[], byte[]>> batch = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batch.add(new KeyValue<>(key(i).get(), value(100 - i)));
    }
    batch.add(new KeyValue<>(key(3).get(), null));
    batch.add(new KeyValue<>(key(4).get(), value(1)));
    batch.add(new KeyValue<>(withdrawal(5).get(), value(0)));
    batch.add(new KeyValue<>(withdrawal(6).get(), value(0)));
    batch.add(new KeyValue<>(withdrawal(6).get(), null));
    batch.add(new KeyValue<>(new byte[] {1, 2, 3}, new byte[] {4}));
    batch.add(new KeyValue<>(new byte[] {0, 0, 0, 0, 0}, null));
    restorations.getFirst().restoreAll(batch);

    List<Entry> entries = store.behind(START, 100);
    assertThat(entries).hasSize(19).isSortedAccordingTo((a, b) -> Long.compare(a.due(), b.due()));
    assertThat(entries.getFirst()).isEqualTo(new Entry(1, key(4)));
    assertThat(store.withdrawals()).containsExactly(withdrawal(5));
    assertThat(store.count()).isEqualTo(20);
    assertThat(store.get(key(0))).isEqualTo(value(100));
    store.close();
  }

  /** Where it was put back by another program. */
  @Test
  void what_is_in_another_partition_than_its_token_s_is_not_restored() {
    int right = ScheduleKey.partition(key(1).get(), 2);
    for (int partition : new int[] {1 - right, right}) {
      ScheduleStore store = open(client, partition, 2);
      restorations
          .getLast()
          .restoreAll(
              List.of(
                  new KeyValue<>(key(1).get(), value(7)),
                  new KeyValue<>(withdrawal(2).get(), value(0))));

      assertThat(store.count()).isEqualTo(partition == right ? 2 : 0);
      store.close();
    }
  }

  /** Otherwise the whole table would have to be read at each start. */
  @Test
  void one_that_is_opened_again_has_its_order_its_number_and_its_place_in_the_topic() {
    ScheduleStore first = open(client);
    first.put(key(1), value(20));
    first.put(key(2), value(10));
    first.put(withdrawal(1), value(0));
    first.commit(Map.of(TOPIC, 7L));
    first.close();

    ScheduleStore second = open(client);

    assertThat(second.behind(START, 10))
        .containsExactly(new Entry(10, key(2)), new Entry(20, key(1)));
    assertThat(second.withdrawals()).containsExactly(withdrawal(1));
    assertThat(second.count()).isEqualTo(3);
    assertThat(second.managesOffsets()).isTrue();
    assertThat(second.committedOffset(TOPIC)).isEqualTo(7);
    second.close();
  }

  @Test
  void a_restoration_asks_a_registry_that_fails_once_and_has_what_it_cannot_read_looked_at() {
    byte[] value = value(NOW + 1);
    try (RegistryClient other = client()) {
      ScheduleStore store = open(other);
      registry.failNext(Integer.MAX_VALUE);
      int before = registry.requests();
      List<KeyValue<byte[], byte[]>> batch = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        batch.add(new KeyValue<>(key(i).get(), value));
      }
      restorations.getFirst().restoreAll(batch);

      assertThat(registry.requests() - before).isEqualTo(1);
      assertThat(store.ofUnknownTime(START.key(), 2_000)).hasSize(1_000).startsWith(key(0));
      assertThat(store.behind(START, 2_000)).isEmpty();
      store.close();
    }
  }

  private ScheduleStore open(RegistryClient schemas) {
    return open(schemas, 0, 1);
  }

  private ScheduleStore open(RegistryClient schemas, int partition, int partitions) {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    MockProcessorContext<byte[], byte[]> context =
        new MockProcessorContext<>(properties, new TaskId(0, partition), directory.toFile());
    ScheduleStore store =
        new ScheduleStore(
            counted(Stores.persistentKeyValueStore("timetable").get()),
            Steps.context(
                schemas, () -> Instant.ofEpochMilli(NOW), new SimpleMeterRegistry(), partitions));
    store.init(capturing(context.getStateStoreContext()), store);
    return store;
  }

  /** A context that keeps what restores a store. */
  private StateStoreContext capturing(StateStoreContext context) {
    return proxy(
        StateStoreContext.class,
        context,
        (name, arguments, result) -> {
          if (name.equals("register")) {
            restorations.add((BatchingStateRestoreCallback) arguments[1]);
          }
          return result;
        });
  }

  /** A store that counts the rows that are read in their order. */
  @SuppressWarnings("unchecked")
  private KeyValueStore<Bytes, byte[]> counted(KeyValueStore<Bytes, byte[]> store) {
    return proxy(
        KeyValueStore.class,
        store,
        (name, arguments, result) ->
            result instanceof KeyValueIterator<?, ?> rows
                ? proxy(
                    KeyValueIterator.class,
                    rows,
                    (each, none, row) -> {
                      if (each.equals("next")) {
                        rowsRead.incrementAndGet();
                      }
                      return row;
                    })
                : result);
  }

  @FunctionalInterface
  private interface After {
    Object returned(String name, Object[] arguments, Object result);
  }

  private static <T> T proxy(Class<T> type, T of, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.returned(method.getName(), arguments, method.invoke(of, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private byte[] value(long due) {
    return values.serialize(
        TOPIC.topic(),
        Notification.newBuilder()
            .setId(new UUID(0, due).toString())
            .setApp("com.example.news")
            .setPayload(ByteBuffer.wrap("{}".getBytes(UTF_8)))
            .setDeliverAt(due)
            .build());
  }

  private static Bytes key(int number) {
    return Bytes.wrap(scheduled(number).bytes());
  }

  private static Bytes withdrawal(int number) {
    return Bytes.wrap(scheduled(number).ofWithdrawal().bytes());
  }

  private static ScheduleKey scheduled(int number) {
    return ScheduleKey.of(TOKEN, new NotificationId(new UUID(0, number).toString()));
  }
}
