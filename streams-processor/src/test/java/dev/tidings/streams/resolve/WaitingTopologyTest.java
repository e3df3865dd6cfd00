package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.receiptKey;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.schedule.Timetable;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.Settled;
import dev.tidings.streams.write.Sinks;
import dev.tidings.streams.write.TableMark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G13, G26, G40, G41 and G51 of docs/guarantees.md. */
final class WaitingTopologyTest {
  private static final byte[] ONE = {1};
  private static final Duration ALMOST = Pipeline.GRACE.minusMillis(1);

  @TempDir Path stateDir;

  /** The longest time between two ticks. */
  private static final Duration TICK = Duration.ofMillis(500);

  private final CommitWatch commits = CommitWatch.builder().build();
  private final Settled settled = new Settled(commits);
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void notifications_that_came_before_their_registration_are_delivered_when_it_comes_in_order() {
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify(TOKEN, some(2).build());
    pipeline.notify(TOKEN, some(3).build());
    pipeline.pass(ALMOST);
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.waiting()).isEqualTo(3);

    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, some(4).build());

    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId())
        .containsExactly(id(1), id(2), id(3), id(4));
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.waiting()).isZero();
    pipeline.pass(TICK);
    assertThat(stored()).isZero();
  }

  /** A damaged batch of registrations keeps what is behind it from being read, for hours. */
  @Test
  void what_waits_because_nobody_knows_of_its_token_has_a_receipt_that_says_so_and_ends_in_time() {
    pipeline.topicsSameUntil = Pipeline.START.toEpochMilli();
    long end = Pipeline.START.plus(Duration.ofMinutes(10)).toEpochMilli();
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify(OTHER_TOKEN, some(2).setExpiration(end).build());
    pipeline.pass(Pipeline.GRACE.plus(TICK));
    pipeline.pass(Duration.ofSeconds(9));
    assertThat(pipeline.receipts()).isEmpty();

    pipeline.pass(Duration.ofSeconds(1));
    // Some at a time.
    pipeline.pass(TICK);
    pipeline.pass(TICK);
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getOutcome())
        .containsExactly(Outcome.PENDING, Outcome.PENDING);

    List<Outcome> later = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      pipeline.pass(Duration.ofSeconds(30));
      pipeline.receipts().forEach(out -> later.add(out.value().getOutcome()));
    }
    assertThat(later).containsExactly(Outcome.EXPIRED);

    pipeline.topicsSameUntil = Long.MAX_VALUE;
    pipeline.register(TOKEN, DEVICE, APP);
    assertThat(pipeline.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(1));
  }

  /** It is known for some moments ago, which is always later than the last of them is due. */
  @Test
  void unknown_tokens_that_come_steadily_end_in_time_and_nobody_is_told_that_they_wait() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      pipeline.notify(TOKEN, some(i).build());
      pipeline.topicsSameUntil = Pipeline.START.plus(TICK.multipliedBy(i)).toEpochMilli() - 700;
      pipeline.pass(TICK);
      pipeline.receipts().forEach(out -> outcomes.add(out.value().getOutcome()));
    }
    assertThat(outcomes).hasSizeGreaterThan(60).containsOnly(Outcome.UNREGISTERED);
  }

  /** Each has its own pause before it is looked at again, the older one a longer one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 15, 22, 29, 36, 43, 50})
  void a_withdrawal_does_not_end_before_what_it_takes_back(int moreSeconds) {
    pipeline.topicsSameUntil = Pipeline.START.toEpochMilli();
    pipeline.notify(TOKEN, some(1).build());
    passInTicks(Duration.ofSeconds(290));
    pipeline.notify(TOKEN, some(2).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(1)).build());
    passInTicks(Duration.ofSeconds(moreSeconds));
    pipeline.topicsSameUntil = Long.MAX_VALUE;
    passInTicks(Duration.ofSeconds(18));

    pipeline.register(TOKEN, DEVICE, APP);
    passInTicks(TICK);

    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId())
        .as("it is never alone on its device")
        .isNotEqualTo(List.of(id(1)));
  }

  private void passInTicks(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= TICK.toMillis()) {
      pipeline.pass(TICK);
    }
  }

  @Test
  void a_task_that_is_closed_takes_what_waits_in_it_off_the_count(@TempDir Path other) {
    Pipeline closed = new Pipeline(other);
    try (closed) {
      closed.notify(TOKEN, some(1).build());
      closed.notify(OTHER_TOKEN, some(2).build());
      assertThat(closed.waiting()).isEqualTo(2);
    }
    assertThat(closed.waiting()).isZero();
  }

  @Test
  void the_steps_tell_when_it_was_accepted_and_how_long_it_waited() {
    pipeline.notifications.pipeInput(
        TOKEN.getBytes(UTF_8),
        pipeline.bytes(some(1).setAcceptedAt(null).setAcceptedBy(null).build()),
        4_711L);
    pipeline.pass(Duration.ofSeconds(2));

    pipeline.register(TOKEN, DEVICE, APP);

    assertThat(pipeline.deliveries().getFirst().value().getSteps())
        .containsExactly(
            new Step(StepName.ACCEPTED, 4_711L, "kafka", null),
            new Step(
                StepName.RESOLVED,
                Pipeline.START.plusSeconds(2).toEpochMilli(),
                Pipeline.INSTANCE,
                null));
  }

  @Test
  void an_unknown_token_is_unregistered_when_the_grace_is_over_and_not_sooner() {
    pipeline.notify(TOKEN, some(1).build());
    pipeline.pass(ALMOST);
    assertThat(pipeline.receipts()).isEmpty();

    pipeline.pass(Duration.ofMillis(501));

    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(id(1)));
    assertThat(receipts.getFirst().value().getOutcome()).isEqualTo(Outcome.UNREGISTERED);
    assertThat(receipts.getFirst().value().getSteps().getLast().getWhy())
        .isEqualTo("token: unknown or revoked (expected: of a registered device)");
    assertThat(pipeline.deadLetters()).isEmpty();
    pipeline.pass(TICK);
    assertThat(stored()).isZero();
  }

  /** The thread does nothing else meanwhile. */
  @Test
  void of_very_many_whose_time_is_over_some_are_ended_at_a_time() {
    int many = 5 * UnknownTokens.MOST_ENDED;
    for (int i = 0; i < many; i++) {
      pipeline.notify("%064x".formatted(i), some(i).build());
    }
    pipeline.pass(Pipeline.GRACE);
    List<Integer> ended = new ArrayList<>();
    while (pipeline.waiting() > 0 && ended.size() < many) {
      ended.add(pipeline.receipts().size());
      pipeline.pass(Duration.ofMillis(50));
    }
    ended.add(pipeline.receipts().size());

    // Each time by the two ticks that there are.
    assertThat(ended)
        .allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(2 * UnknownTokens.MOST_ENDED));
    assertThat(ended.stream().mapToInt(Integer::intValue).sum()).isEqualTo(many);
  }

  @Test
  void nobody_is_unregistered_as_long_as_registrations_may_be_another_topic_than_the_table_is_of() {
    pipeline.topicsSameUntil = Pipeline.START.plus(ALMOST).toEpochMilli();
    pipeline.notify(TOKEN, some(1).build());
    pipeline.pass(Duration.ofMinutes(1));
    assertThat(pipeline.receipts()).isEmpty();

    pipeline.topicsSameUntil = Pipeline.START.plus(Pipeline.GRACE).toEpochMilli();
    pipeline.pass(Duration.ofMillis(501));

    assertThat(pipeline.receipts()).hasSize(1);
  }

  @Test
  void more_than_may_wait_of_a_token_are_put_aside_with_a_receipt_and_others_go_on() {
    for (int i = 0; i <= WaitingRoom.MOST_OF_TOKEN; i++) {
      pipeline.notify(TOKEN, some(i).build());
    }
    pipeline.notify(OTHER_TOKEN, some(1).build());

    assertThat(pipeline.waiting()).isEqualTo(WaitingRoom.MOST_OF_TOKEN + 1);
    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(id(WaitingRoom.MOST_OF_TOKEN)));
    assertThat(receipts.getFirst().value().getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipts.getFirst().value().getSteps().getLast().getWhy())
        .startsWith("token: 1000 of it wait for its registration");
    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.metrics.get("tidings.streams.waiting.refused").counter().count()).isOne();

    pipeline.register(TOKEN, DEVICE, APP);
    assertThat(pipeline.deliveries()).hasSize(WaitingRoom.MOST_OF_TOKEN);
  }

  @Test
  void there_is_room_for_so_many_in_all_and_for_one_that_is_read_again() {
    WaitingRoom room = room(2, 3, Long.MAX_VALUE);
    Waiting first = new Waiting(Bytes.wrap(TOKEN.getBytes(UTF_8)), 1, 0);
    for (long offset = 1; offset <= 2; offset++) {
      add(room, new Waiting(first.token(), offset, 0));
    }
    Bytes other = Bytes.wrap(OTHER_TOKEN.getBytes(UTF_8));
    assertThat(room.full(new Waiting(first.token(), 3, 0), 0, ONE))
        .get()
        .asString()
        .contains("2 of it");
    assertThat(room.full(new Waiting(other, 3, 0), 0, ONE)).isEmpty();
    add(room, new Waiting(other, 3, 0));

    assertThat(room.full(new Waiting(other, 4, 0), 0, ONE)).get().asString().contains("3 others");
    assertThat(room.full(first, 0, ONE)).isEmpty();
  }

  @Test
  void there_is_room_for_so_many_bytes_which_those_give_back_who_go() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    WaitingRoom room =
        new WaitingRoom(
            store, new Meters(metrics, InstantSource.system()), settled, 10, 10, 10_000);
    Bytes token = Bytes.wrap(TOKEN.getBytes(UTF_8));
    Waiting first = new Waiting(token, 1, 0);
    Waiting second = new Waiting(token, 2, 0);
    room.add(first, 0, new Record<>(token.get(), new byte[5_000], 0));
    assertThat(room.full(second, 0, new byte[4_000])).isEmpty();
    room.add(second, 0, new Record<>(token.get(), new byte[4_000], 0));
    // Read again after a takeover, and waiting longer.
    room.add(second, 0, new Record<>(token.get(), new byte[4_000], 0));
    room.postpone(room.of(token).getLast(), 7);

    assertThat(room.full(new Waiting(token, 3, 0), 0, new byte[2_000]))
        .get()
        .asString()
        .contains("bytes");
    assertThat(room.full(first, 0, new byte[5_000])).isEmpty();
    assertThat(size(metrics)).isBetween(9_000.0, 9_100.0);
    WaitingRoom reopened = new WaitingRoom(store, meters(), settled, 10, 10, 10_000);
    reopened.reopen(Long.MAX_VALUE, false);
    assertThat(reopened.full(new Waiting(token, 3, 0), 0, new byte[2_000])).isPresent();

    room.remove(first);
    assertThat(room.full(new Waiting(token, 3, 0), 0, new byte[2_000])).isPresent();
    commits.commit(Map.of());
    room.deleteSettled();
    assertThat(room.full(new Waiting(token, 3, 0), 0, new byte[2_000])).isEmpty();
    room.leave();
    assertThat(size(metrics)).isZero();
  }

  @Test
  void what_is_sent_to_devices_leaves_half_of_the_room_to_what_is_sent_to_tokens() {
    WaitingRoom room = room(100, 4, 10_000);
    for (int offset = 1; offset <= 2; offset++) {
      Waiting next = new Waiting(Bytes.wrap(new byte[] {(byte) offset}), offset, 0);
      assertThat(room.fullForDevice(next, 0, ONE)).isEmpty();
      add(room, next);
    }
    Waiting third = new Waiting(Bytes.wrap(TOKEN.getBytes(UTF_8)), 3, 0);

    assertThat(room.fullForDevice(third, 0, ONE)).isPresent();
    assertThat(room.full(third, 0, ONE)).isEmpty();

    WaitingRoom large = room(100, 100, 10_000);
    assertThat(large.fullForDevice(third, 0, new byte[5_001])).isPresent();
    assertThat(large.full(third, 0, new byte[5_001])).isEmpty();
    room.leave();
    large.leave();
  }

  @Test
  void a_withdrawal_has_room_when_there_is_none_for_another_notification() {
    WaitingRoom room = room(2, 100, 10_000);
    Bytes token = Bytes.wrap(TOKEN.getBytes(UTF_8));
    for (int offset = 1; offset <= 2; offset++) {
      add(room, new Waiting(token, offset, 0));
    }
    for (int offset = 3; offset <= 4; offset++) {
      Waiting next = new Waiting(token, offset, 0);
      assertThat(room.full(next, 0, ONE)).isPresent();
      assertThat(room.fullForWithdrawal(next, 0, ONE)).isEmpty();
      add(room, next);
    }
    assertThat(room.fullForWithdrawal(new Waiting(token, 5, 0), 0, ONE)).isPresent();
    room.leave();
  }

  private static double size(SimpleMeterRegistry metrics) {
    return metrics.get("tidings.streams.waiting.size").gauge().value();
  }

  private WaitingRoom room(int mostOfToken, int most, long mostBytes) {
    return new WaitingRoom(
        pipeline.driver.getKeyValueStore("waiting"),
        meters(),
        settled,
        mostOfToken,
        most,
        mostBytes);
  }

  private static void add(WaitingRoom room, Waiting waiting) {
    room.add(waiting, 0, new Record<>(waiting.token().get(), ONE, 0));
  }

  /** Its offsets begin anew with the topic, and those that wait are of the one before. */
  @Test
  void what_waits_of_a_topic_before_is_neither_replaced_nor_overtaken_by_what_is_in_the_new_one() {
    WaitingRoom room =
        new WaitingRoom(pipeline.driver.getKeyValueStore("waiting"), meters(), settled);
    Bytes token = Bytes.wrap(TOKEN.getBytes(UTF_8));
    for (int value = 1; value <= 5; value++) {
      // At the offsets 7, 8, 0, 8, 9.
      long offset = List.of(7L, 8L, 0L, 8L, 9L).get(value - 1);
      byte[] record = {(byte) value};
      room.add(new Waiting(token, offset, 0), value, new Record<>(token.get(), record, value));
    }

    assertThat(room.of(token))
        .extracting(one -> room.kept(one).value()[0])
        .containsExactly((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
    // After a takeover they are read again.
    room.add(new Waiting(token, 7, 0), 1, new Record<>(token.get(), new byte[] {1}, 1));
    assertThat(room.of(token)).hasSize(5);
  }

  @Test
  void each_has_its_own_grace() {
    pipeline.notify(TOKEN, some(1).build());
    pipeline.pass(Duration.ofSeconds(3));
    pipeline.notify(TOKEN, some(2).build());
    pipeline.pass(Duration.ofSeconds(3));

    assertThat(pipeline.receipts())
        .extracting(Pipeline.Out::key)
        .containsExactly(receiptKey(id(1)));

    pipeline.register(TOKEN, DEVICE, APP);
    assertThat(pipeline.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(2));
  }

  @Test
  void only_those_of_the_registered_token_are_released() {
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify(OTHER_TOKEN, some(2).build());

    pipeline.register(OTHER_TOKEN, "phone-2", APP);

    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly("phone-2");
    assertThat(pipeline.waiting()).isEqualTo(1);
  }

  @Test
  void a_revoked_token_is_unregistered() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.registrations.pipeInput(TOKEN.getBytes(UTF_8), (byte[]) null);

    pipeline.notify(TOKEN, some(1).build());
    pipeline.pass(Pipeline.GRACE);

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts().getFirst().value().getOutcome()).isEqualTo(Outcome.UNREGISTERED);
  }

  @Test
  void a_tombstone_releases_nothing() {
    pipeline.notify(TOKEN, some(1).build());

    pipeline.registrations.pipeInput(TOKEN.getBytes(UTF_8), (byte[]) null);

    assertThat(pipeline.waiting()).isEqualTo(1);
    assertThat(pipeline.deliveries()).isEmpty();
  }

  @Test
  void what_expired_while_it_waited_ends_with_that_receipt() {
    pipeline.notify(TOKEN, some(1).setExpiration(pipeline.nowMillis() + 1_000).build());
    pipeline.pass(Duration.ofSeconds(2));

    pipeline.register(TOKEN, DEVICE, APP);

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts().getFirst().value().getOutcome()).isEqualTo(Outcome.EXPIRED);
    pipeline.pass(TICK);
    assertThat(stored()).isZero();
  }

  @Test
  void an_expired_notification_of_an_unknown_token_does_not_wait() {
    pipeline.notify(TOKEN, some(1).setExpiration(1L).build());

    assertThat(pipeline.receipts().getFirst().value().getOutcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(pipeline.waiting()).isZero();
  }

  @Test
  void who_waited_before_a_takeover_is_found_again_in_order() {
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify(OTHER_TOKEN, some(2).build());
    pipeline.notify(TOKEN, some(3).build());

    WaitingRoom room = reopened(store, Long.MAX_VALUE);

    Bytes token = Bytes.wrap(TOKEN.getBytes(UTF_8));
    assertThat(room.of(token)).extracting(Waiting::offset).containsExactly(0L, 2L);
    assertThat(room.since(Pipeline.START.toEpochMilli())).isEqualTo(room.of(token).getFirst());
    assertThat(room.since(Pipeline.START.toEpochMilli() - 1)).isNull();
  }

  /** A process that is killed may have written neither the delivery nor the tombstone. */
  @Test
  void who_has_left_is_found_again_until_a_commit_has_brought_what_became_of_it_to_the_log() {
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    WaitingRoom room = new WaitingRoom(store, meters(), settled);
    Waiting first = new Waiting(Bytes.wrap(TOKEN.getBytes(UTF_8)), 1, 0);
    Waiting second = new Waiting(first.token(), 2, 0);
    add(room, first);
    add(room, second);

    room.remove(first);
    room.deleteSettled();
    assertThat(room.of(first.token())).extracting(Waiting::offset).containsExactly(2L);
    assertThat(reopened(store, Long.MAX_VALUE).of(first.token())).hasSize(2);

    commits.commit(Map.of());
    room.remove(second);
    room.deleteSettled();
    assertThat(reopened(store, Long.MAX_VALUE).of(first.token()))
        .extracting(Waiting::offset)
        .containsExactly(2L);

    // The same place is taken again, by what is read from a topic that was created again.
    add(room, second);
    commits.commit(Map.of());
    room.deleteSettled();
    assertThat(reopened(store, Long.MAX_VALUE).of(first.token())).hasSize(1);
  }

  @Test
  void those_that_have_left_take_room_until_they_are_deleted_and_that_does_not_take_long() {
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    int most = 5_000;
    WaitingRoom room = new WaitingRoom(store, meters(), settled, most, most, Long.MAX_VALUE);
    Bytes token = Bytes.wrap(TOKEN.getBytes(UTF_8));
    for (int offset = 0; offset < most; offset++) {
      add(room, new Waiting(token, offset, 0));
    }
    room.of(token).forEach(room::remove);
    Waiting next = new Waiting(token, most, 0);

    room.deleteSettled();
    assertThat(room.isDeleting()).isTrue();
    assertThat(room.full(next, 0, ONE)).isPresent();
    assertThat(stored()).isEqualTo(most);

    commits.commit(Map.of());
    int times = 0;
    for (; room.isDeleting(); times++) {
      room.deleteSettled();
    }
    assertThat(stored()).isZero();
    assertThat(room.full(next, 0, ONE)).isEmpty();
    assertThat(times).as("at least 500 at once").isLessThanOrEqualTo(most / 500);
  }

  @Test
  void what_a_killed_process_had_released_is_delivered_at_the_start_of_the_next_one() {
    pipeline.register(TOKEN, DEVICE, APP);
    Waiting left = new Waiting(Bytes.wrap(TOKEN.getBytes(UTF_8)), 1, pipeline.nowMillis());
    WaitingRoom room =
        new WaitingRoom(pipeline.driver.getKeyValueStore("waiting"), meters(), settled);
    byte[] record = pipeline.bytes(some(1).build());
    room.add(left, pipeline.nowMillis(), new Record<>(left.token().get(), record, 0));

    MockProcessorContext<byte[], byte[]> next = next();
    next.scheduledPunctuators().forEach(each -> each.getPunctuator().punctuate(0));

    assertThat(next.forwarded())
        .filteredOn(forward -> forward.childName().equals(Optional.of(Sinks.DELIVERIES)))
        .hasSize(1);
  }

  /** The task in another process, with the tables of this one. */
  private MockProcessorContext<byte[], byte[]> next() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    MockProcessorContext<byte[], byte[]> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), stateDir.toFile());
    pipeline.driver.getAllStateStores().values().forEach(context::addStateStore);
    new Resolver(pipeline.stepContext).init(context);
    return context;
  }

  private int stored() {
    int count = 0;
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  /** Whoever may write to Kafka can write to the topic of the store, while nobody owns it. */
  @Test
  void what_somebody_else_wrote_into_the_waiting_store_costs_no_thread_and_nobody_s_turn() {
    ByteBuffer headersBeyondTheEnd = ByteBuffer.allocate(24);
    headersBeyondTheEnd.putLong(Long.MIN_VALUE).putLong(0).putInt(Integer.MAX_VALUE);
    ByteBuffer negativeHeaders = ByteBuffer.allocate(24);
    negativeHeaders.putLong(Long.MIN_VALUE).putLong(0).putInt(-5);
    ByteBuffer wrongHeader = ByteBuffer.allocate(40);
    wrongHeader.putLong(Long.MIN_VALUE).putLong(0).putInt(12).putInt(-1).putInt(7).putInt(-9);
    ByteBuffer noHeaders = ByteBuffer.allocate(17);
    noHeaders.putLong(Long.MIN_VALUE).putLong(0);
    ByteBuffer inAThousandYears = ByteBuffer.allocate(40);
    inAThousandYears.putLong(Long.MAX_VALUE).putLong(0);
    ByteBuffer longAgo = ByteBuffer.allocate(16).putLong(0).putLong(-1);
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    int number = 0;
    for (ByteBuffer garbage :
        List.of(
            headersBeyondTheEnd,
            negativeHeaders,
            wrongHeader,
            noHeaders,
            inAThousandYears,
            longAgo,
            ByteBuffer.allocate(0))) {
      byte[] key = (OTHER_TOKEN + "-offset" + number++).getBytes(UTF_8);
      store.put(Bytes.wrap(key), garbage.array());
    }
    pipeline.notify(TOKEN, some(1).build());

    long latest = Pipeline.START.plusSeconds(10).toEpochMilli();
    WaitingRoom room = reopened(store, latest);
    int kept = 0;
    for (Waiting next = room.since(latest); next != null; next = room.since(latest)) {
      assertThat(room.kept(next)).isNotNull();
      room.remove(next);
      kept++;
    }

    assertThat(kept).as("ours, and two that can't be told from ours").isEqualTo(3);
    assertThat(room.isEmpty()).isTrue();
    commits.commit(Map.of());
    room.deleteSettled();
    assertThat(stored()).isZero();
  }

  /** No record may have such a timestamp: not what it becomes either. */
  @Test
  void what_says_that_it_was_written_before_the_epoch_stops_no_thread_and_is_gone_after_a_start() {
    pipeline.register(TOKEN, DEVICE, APP);
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    byte[] record = pipeline.bytes(some(1).build());
    ByteBuffer former = ByteBuffer.allocate(16 + record.length).putLong(0).putLong(-1).put(record);
    store.put(Bytes.wrap((TOKEN + "-offset0").getBytes(UTF_8)), former.array());
    ByteBuffer empty = ByteBuffer.allocate(20).putLong(Long.MIN_VALUE).putLong(Long.MIN_VALUE);
    store.put(Bytes.wrap((OTHER_TOKEN + "-offset1").getBytes(UTF_8)), empty.array());

    MockProcessorContext<byte[], byte[]> next = next();
    pipeline.setClock(Pipeline.START.plus(Pipeline.GRACE.multipliedBy(2)));
    next.scheduledPunctuators().forEach(each -> each.getPunctuator().punctuate(0));

    assertThat(stored()).isZero();
  }

  @Test
  void an_unexpected_failure_with_one_that_waited_is_a_dead_letter_and_stops_no_other() {
    MockProcessorContext<byte[], byte[]> context = next();
    context.resetForwards();
    KeyValueStore<Bytes, byte[]> store = pipeline.driver.getKeyValueStore("waiting");
    WaitingRoom room = new WaitingRoom(store, meters(), settled);
    Waiting waiting = new Waiting(Bytes.wrap(TOKEN.getBytes(UTF_8)), 1, 0);
    room.add(waiting, 0, new Record<>(waiting.token().get(), pipeline.bytes(some(1).build()), 0));
    pipeline.register(TOKEN, DEVICE, APP);
    UnknownTokens unknown = unknownTokens(context, room);

    unknown.release(waiting.token());

    assertThat(context.forwarded())
        .singleElement()
        .satisfies(
            forward -> assertThat(forward.childName()).isEqualTo(Optional.of(Sinks.DEAD_LETTERS)));
    assertThat(room.isEmpty()).isTrue();
  }

  /** With a timetable that fails. */
  private UnknownTokens unknownTokens(
      MockProcessorContext<byte[], byte[]> context, WaitingRoom room) {
    StepContext step = pipeline.stepContext;
    ResolveOutputs outputs =
        new ResolveOutputs(
            context,
            step.registry(),
            step.patience(),
            step.names(),
            step.instance(),
            step.clock(),
            step.meters());
    Supplier<Timetable> timetable =
        () -> {
          throw new IllegalStateException("for the test");
        };
    return new UnknownTokens(
        step,
        new GuardedReader(new NotificationReader(step.registry()), step.patience(), () -> "here"),
        new RegistrationTable(
            context.getStateStore(step.registrationsStore()), step.registry(), step.patience()),
        room,
        new TableMark(context, Sinks.MARKS),
        outputs,
        new Dispatch(step, context, outputs, timetable),
        0,
        timetable);
  }

  private static Meters meters() {
    return new Meters(new SimpleMeterRegistry(), InstantSource.system());
  }

  private WaitingRoom reopened(KeyValueStore<Bytes, byte[]> store, long latest) {
    WaitingRoom room = new WaitingRoom(store, meters(), settled);
    room.reopen(latest, false);
    return room;
  }
}
