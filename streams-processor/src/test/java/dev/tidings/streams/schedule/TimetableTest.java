package dev.tidings.streams.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a topic that is read back at once, as in the topology's tests, does not show. */
final class TimetableTest {
  private static final Token TOKEN = new Token("0123456789abcdef".repeat(4));
  private static final String TOPIC = "tidings.schedules";
  private static final long DUE = 2_000_000;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  private final AvroSerializer<Notification> values = new AvroSerializer<>(client);
  private final CommitWatch commits = CommitWatch.builder().build();
  private final List<Integer> sent = new ArrayList<>();
  private final List<String> passedOn = new ArrayList<>();
  private long now = 1_000_000;

  @TempDir Path directory;
  private MockProcessorContext<byte[], byte[]> context;
  private StepContext step;
  private ScheduleStore store;
  private Timetable timetable;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    step = Steps.context(client, () -> Instant.ofEpochMilli(now));
    store = new ScheduleStore(Stores.inMemoryKeyValueStore("timetable").get(), step);
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    context.addStateStore(commits);
  }

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  @Test
  void nothing_is_sent_before_what_earlier_owners_have_written_is_read() {
    scheduled(1, DUE);
    start(10);
    now = DUE;

    timetable.tick();
    timetable.tick();
    assertThat(sent).isEmpty();
    readBack();
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void a_withdrawal_in_the_part_that_was_not_restored_wins() {
    scheduled(1, DUE);
    start(10);
    now = DUE;
    timetable.tick();
    // It is in the topic before the mark of this owner.
    List<Record<byte[], byte[]>> mark = forwarded();
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), withdrawal(1), 0), new Source(TOPIC, 0, 5));
    mark.forEach(record -> timetable.read(record, new Source(TOPIC, 0, 6)));

    timetable.tick();

    assertThat(sent).isEmpty();
  }

  @Test
  void a_withdrawal_that_was_restored_and_not_yet_carried_out_wins() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    start(10);
    now = DUE;
    timetable.tick();
    readBack();

    timetable.tick();

    assertThat(sent).isEmpty();
    commits.commit(Map.of());
    timetable.tick();
    readBack();
    assertThat(store.count()).isZero();
  }

  @Test
  void one_whose_time_comes_while_its_withdrawal_is_on_its_way_through_the_topic_is_not_sent() {
    scheduled(1, DUE);
    scheduled(2, DUE);
    startAndRead(1);

    withdraw(1);
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(2);
    readBack();
    timetable.tick();
    assertThat(sent).containsExactly(2);
  }

  @Test
  void a_withdrawal_right_behind_the_notification_finds_it_in_the_topic() {
    startAndRead(10);
    take(1, DUE);
    withdraw(1);

    readBack();
    now = DUE;
    timetable.tick();

    assertThat(sent).isEmpty();
    assertThat(passedOn).isEmpty();
  }

  @Test
  void one_that_is_scheduled_again_right_behind_its_withdrawal_stays() {
    startAndRead(10);
    take(1, DUE);
    readBack();
    withdraw(1);
    take(1, DUE + 10);
    readBack();
    commits.commit(Map.of());
    timetable.tick();
    readBack();

    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void one_that_is_scheduled_again_while_the_first_is_sent_is_sent_too() {
    startAndRead(10);
    take(1, DUE);
    readBack();
    now = DUE;
    take(1, DUE + 10);
    timetable.tick();
    commits.commit(Map.of());
    timetable.tick();
    readBack();
    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1, 1);
  }

  @Test
  void one_that_is_read_again_past_its_time_does_not_overtake_its_withdrawal() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    start(10);
    now = DUE + 1;

    take(1, DUE);
    timetable.tick();
    readBack();
    timetable.tick();
    readBack();
    timetable.tick();

    assertThat(sent).isEmpty();
  }

  @Test
  void a_withdrawal_of_what_is_not_scheduled_any_more_is_passed_on() {
    scheduled(1, DUE);
    startAndRead(10);
    now = DUE;
    timetable.tick();
    assertThat(sent).containsExactly(1);

    withdraw(1);
    readBack();
    withdraw(2);
    readBack();

    assertThat(passedOn).containsExactly(id(1), id(2));
  }

  @Test
  void with_more_than_fit_into_memory_all_are_sent_in_the_order_of_their_times_and_once() {
    for (int i = 0; i < 100; i++) {
      scheduled(i, DUE + (i * 37) % 100);
    }
    startAndRead(7);
    now = DUE + 50;
    tickUntilSent(51);
    // Nothing of it is in the log yet: what was sent is in the table, and the index filled from it.
    assertThat(sent).hasSize(51);
    now = DUE + 100;
    tickUntilSent(100);

    assertThat(sent)
        .hasSize(100)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((one, other) -> (one * 37) % 100 - (other * 37) % 100);
  }

  @Test
  void what_was_sent_leaves_the_table_behind_its_delivery_and_not_before() {
    scheduled(1, DUE);
    startAndRead(10);
    now = DUE;
    timetable.tick();

    timetable.tick();
    assertThat(forwarded()).isEmpty();
    commits.commit(Map.of());
    timetable.tick();

    assertThat(context.forwarded()).hasSize(1);
    readBack();
    assertThat(store.count()).isZero();
  }

  /** As after a restoration while no registry answered. */
  @Test
  void one_that_could_not_be_read_when_it_was_restored_has_its_own_time_all_the_same() {
    scheduled(1, DUE);
    byte[] value = store.get(Bytes.wrap(key(1).bytes()));
    store.postpone(Bytes.wrap(key(1).bytes()), value, ScheduleStore.AT_ONCE);
    startAndRead(10);

    timetable.tick();
    now = DUE - 1;
    timetable.tick();
    assertThat(sent).isEmpty();
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void a_withdrawal_that_is_none_does_not_keep_the_notification_from_being_sent() {
    scheduled(1, DUE);
    startAndRead(10);
    withdraw(1);
    now = DUE;
    timetable.tick();
    assertThat(sent).isEmpty();
    forwarded();

    // Under the key of a withdrawal, another record has come in its place.
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), bytes(some(7).build()), 0),
        new Source(TOPIC, 0, 7));
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  /** A producer that may write to the log may know the token of another's app. */
  @Test
  void a_withdrawal_in_the_name_of_another_app_withdraws_nothing() {
    scheduled(1, DUE);
    startAndRead(10);
    byte[] foreign = bytes(some(1_001).setWithdraws(id(1)).setApp("com.example.mail").build());
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), foreign, 0), new Source(TOPIC, 0, 7));
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(1);
    assertThat(passedOn).isEmpty();
    assertThat(context.forwarded("write-dead-letters")).hasSize(1);
    assertThat(context.forwarded("write-receipts")).isEmpty();
  }

  /** A tick ends early on a slow machine, but not before it has sent one. */
  private void tickUntilSent(int count) {
    for (int i = 0; i < count && sent.size() < count; i++) {
      timetable.tick();
    }
  }

  private void startAndRead(int inMemory) {
    start(inMemory);
    timetable.tick();
    readBack();
  }

  private void start(int inMemory) {
    timetable =
        new Timetable(
            step,
            context,
            new GuardedReader(new NotificationReader(client), step.patience()),
            new ResolveOutputs(
                context,
                client,
                step.patience(),
                TopicNames.PLAIN,
                "streams-1",
                step.clock(),
                step.meters()),
            new Sent(),
            inMemory);
  }

  private final class Sent implements Departures {
    @Override
    public void due(
        ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
      sent.add((int) UUID.fromString(valid.id().value()).getLeastSignificantBits());
    }

    @Override
    public void withdraw(NotificationId withdrawn) {
      passedOn.add(withdrawn.value());
    }
  }

  /** Puts one into the table, as a restoration does. */
  private void scheduled(int number, long due) {
    store.put(Bytes.wrap(key(number).bytes()), bytes(some(number).setDeliverAt(due).build()));
  }

  private void take(int number, long due) {
    byte[] value = bytes(some(number).setDeliverAt(due).build());
    if (new NotificationReader(client).read(TOKEN.key(), value) instanceof ReadResult.Valid valid) {
      assertThat(
              timetable.takes(
                  valid, new Record<>(TOKEN.key(), value, now), new Source("n", 0, 0), now))
          .isTrue();
    }
  }

  private void withdraw(int number) {
    if (new NotificationReader(client).read(TOKEN.key(), withdrawal(number))
        instanceof ReadResult.Withdrawal withdrawal) {
      timetable.withdraw(withdrawal, now);
    }
  }

  /** Reads what was written to the topic. */
  private void readBack() {
    forwarded().forEach(record -> timetable.read(record, new Source(TOPIC, 0, 0)));
  }

  /** Returns what was written since to the topic, in its order. */
  private List<Record<byte[], byte[]>> forwarded() {
    List<Record<byte[], byte[]>> records = new ArrayList<>();
    for (var forward : context.forwarded()) {
      if (forward.childName().equals(java.util.Optional.of("write-schedules"))) {
        var record = forward.record();
        records.add(
            new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
      }
    }
    context.resetForwards();
    return records;
  }

  private byte[] withdrawal(int number) {
    return bytes(some(1_000 + number).setWithdraws(id(number)).build());
  }

  private byte[] bytes(Notification notification) {
    return values.serialize(TOPIC, notification);
  }

  private static Notification.Builder some(int number) {
    return Notification.newBuilder()
        .setId(id(number))
        .setApp("com.example.news")
        .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)));
  }

  private static ScheduleKey key(int number) {
    return ScheduleKey.of(TOKEN, new NotificationId(id(number)));
  }

  private static String id(int number) {
    return new UUID(0, number).toString();
  }
}
