package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.ingest.trace.index.DayCounts;
import dev.tidings.ingest.trace.index.HistoryIndex;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.ingest.trace.index.IndexTime;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.rocks.DamagedTableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G162 and G163 of docs/guarantees.md. */
class HistoryIndexTopologyTest {
  private static final String NEWS = "com.example.news";
  private static final String MAIL = "com.example.news2";
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
  private static final Duration TURN = Duration.ofMillis(100);
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registries.url())));
  private final AvroSerializer<Receipt> serializer = new AvroSerializer<>(registry);

  /** The table's: it has no schema in memory before it asks. */
  private final RegistryClient reading =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registries.url())));

  private final AtomicLong nanos = new AtomicLong();

  @TempDir Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> receipts;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            TraceTopology.topology(
                "tidings.receipts",
                new Positions(),
                RETENTION,
                reading,
                (_, _, _) -> {},
                Optional.of(new IndexTime(() -> nanos.addAndGet(1_000)))),
            settings,
            NOW);
    receipts =
        driver.createInputTopic(
            LogTopics.RECEIPTS.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
    reading.close();
    registry.close();
    registries.close();
  }

  private static Receipt receipt(
      NotificationId id, String token, String app, Outcome outcome, long at, StepName... more) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(StepName.ACCEPTED, at, "ingest-1", null));
    for (StepName each : more) {
      steps.add(new Step(each, at + 1_000L * steps.size(), "node-1", null));
    }
    return new Receipt(id.value(), token, "phone of " + token, app, outcome, steps, null);
  }

  private byte[] bytes(Receipt receipt) {
    return serializer.serialize(LogTopics.RECEIPTS.name(), receipt);
  }

  private void receive(Receipt receipt) {
    receipts.pipeInput(
        ReceiptKey.of(receipt.getId(), receipt.getToken()), bytes(receipt), NOW.toEpochMilli());
  }

  private void report(NotificationId id, String token, String device, StepName step) {
    Receipt told =
        new Receipt(
            id.value(),
            token,
            device,
            NEWS,
            Outcome.DELIVERED,
            List.of(new Step(step, NOW.toEpochMilli(), "node-1", null)),
            null);
    receipts.pipeInput(ReceiptKey.ofReport(id.value(), token, step), bytes(told));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    driver.advanceWallClockTime(time);
  }

  /** The walk and the first sweep have ended. */
  private void settle() {
    for (int i = 0; i < 20; i++) {
      pass(TURN);
    }
    assertThat(isComplete()).isTrue();
  }

  private void delete(ReceiptKey key) {
    driver
        .<Bytes, byte[]>getTimestampedKeyValueStore(TraceTopology.STORE)
        .delete(Bytes.wrap(key.bytes()));
  }

  /** Has what waits written: rows of many receipts are written at once. */
  private void turn() {
    driver.advanceWallClockTime(TURN);
  }

  private KeyValueStore<Bytes, byte[]> index() {
    return driver.getKeyValueStore(TraceTopology.INDEX);
  }

  private boolean isComplete() {
    return index().get(Bytes.wrap(new byte[] {0}))[0] == 1;
  }

  private static IndexScan scan(String app, byte @Nullable [] after, boolean newestFirst) {
    return new IndexScan(app, 0, Long.MAX_VALUE, after, newestFirst, (_, _) -> true, 1_000);
  }

  private List<IndexScan.Found> rows(String app) {
    turn();
    return written(app);
  }

  private List<IndexScan.Found> written(String app) {
    return scan(app, null, true).over(index(), rows -> false).rows();
  }

  private DayCounts counts(long day) {
    return counts(day, "none");
  }

  private DayCounts counts(long day, String category) {
    return all(NEWS, day, day).getOrDefault(new DayCounts.Of(day, category), DayCounts.NONE);
  }

  private Map<DayCounts.Of, DayCounts> all(String app, long from, long to) {
    turn();
    return written(app, from, to);
  }

  /** Returns the counts that are in the store. */
  private Map<DayCounts.Of, DayCounts> written(String app, long from, long to) {
    try {
      return HistoryIndex.counts(index(), app, from, to);
    } catch (HistoryIndex.NotServedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void categories_are_counted_apart_and_rows_have_theirs() {
    settle();
    Receipt marketing = receipt(NotificationId.random(), "a", NEWS, Outcome.PENDING, 1_000);
    marketing.put("category", "marketing");
    receive(marketing);
    Receipt nonsense = receipt(NotificationId.random(), "b", NEWS, Outcome.PENDING, 2_000);
    nonsense.put("category", "No Category");
    receive(nonsense);
    receive(receipt(NotificationId.random(), "c", NEWS, Outcome.PENDING, DAY));

    assertThat(rows(NEWS))
        .extracting(row -> row.row().category())
        .containsExactly(null, null, "marketing");
    assertThat(counts(0, "marketing").accepted()).isEqualTo(1);
    assertThat(counts(0).accepted()).isEqualTo(1);
    assertThat(all(NEWS, 0, 1)).hasSize(3);
    assertThat(all(NEWS, 0, 0)).hasSize(2);

    Receipt ended =
        receipt(
            new NotificationId(marketing.getId()),
            "a",
            NEWS,
            Outcome.DELIVERED,
            1_000,
            StepName.CONFIRMED);
    ended.put("category", "marketing");
    receive(ended);
    assertThat(counts(0, "marketing").accepted()).isEqualTo(1);
    assertThat(counts(0, "marketing").of(Outcome.DELIVERED)).isEqualTo(1);
  }

  /** As it is while nodes of an earlier version write the later receipts. */
  @Test
  void a_notification_whose_receipts_disagree_about_its_category_is_counted_once() {
    settle();
    NotificationId id = NotificationId.random();
    Receipt first = receipt(id, "a", NEWS, Outcome.PENDING, 1_000);
    first.put("category", "marketing");
    receive(first);
    receive(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000, StepName.CONFIRMED));

    assertThat(rows(NEWS)).hasSize(1);
    assertThat(all(NEWS, 0, 0))
        .hasSize(1)
        .allSatisfy((of, count) -> assertThat(of.category()).isEqualTo("none"));
    assertThat(counts(0).accepted()).isEqualTo(1);
  }

  @Test
  void what_was_sent_to_an_app_is_in_the_order_of_its_acceptance() {
    NotificationId id = NotificationId.random();
    receive(receipt(id, "b", NEWS, Outcome.DELIVERED, 2_000));
    receive(receipt(NotificationId.random(), "a", NEWS, Outcome.EXPIRED, 3_000));
    receive(receipt(NotificationId.random(), "a", MAIL, Outcome.PENDING, 2_500));
    receive(receipt(NotificationId.random(), "c", NEWS, Outcome.PENDING, 1_000));

    assertThat(rows(NEWS))
        .extracting(row -> row.key().at() + " " + row.row().outcome())
        .containsExactly("3000 EXPIRED", "2000 DELIVERED", "1000 PENDING");
    assertThat(rows(NEWS).get(1).key().receipt()).isEqualTo(key(id, "b"));
    assertThat(rows(NEWS).get(1).row().device()).isEqualTo(IndexRow.device("phone of b"));
    assertThat(rows("com.example")).isEmpty();
    assertThat(scan(NEWS, null, false).over(index(), rows -> false).rows())
        .isEqualTo(rows(NEWS).reversed());
  }

  private static ReceiptKey key(NotificationId id, String token) {
    return new ReceiptKey(id, ReceiptKey.mark(token), ReceiptKey.Kind.FIRST);
  }

  @Test
  void a_receipt_that_goes_on_or_comes_again_is_one_row_and_counted_once() {
    NotificationId id = NotificationId.random();
    for (int i = 0; i < 3; i++) {
      receive(receipt(id, "a", NEWS, Outcome.PENDING, 1_000, StepName.PARKED));
    }
    assertThat(counts(0).of(Outcome.PENDING)).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      receive(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000, StepName.CONFIRMED));
      pass(TURN);
    }
    receive(receipt(NotificationId.random(), "a", NEWS, Outcome.DELIVERED, DAY));

    assertThat(rows(NEWS)).hasSize(2);
    assertThat(counts(0).accepted()).isEqualTo(1);
    assertThat(counts(0).of(Outcome.PENDING)).isZero();
    assertThat(counts(0).of(Outcome.DELIVERED)).isEqualTo(1);
    assertThat(counts(1).accepted()).isEqualTo(1);
  }

  /** As a restored table has it. */
  @Test
  void what_the_table_got_without_the_index_is_in_it_before_anybody_is_answered() {
    List<NotificationId> ids = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      NotificationId id = NotificationId.random();
      ids.add(id);
      Receipt receipt = receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000 + i, StepName.CONFIRMED);
      Receipt shown =
          new Receipt(
              id.value(),
              "a",
              "phone of a",
              NEWS,
              Outcome.DELIVERED,
              List.of(new Step(StepName.DISPLAYED, 5_000L, "node-1", null)),
              null);
      store(ReceiptKey.ofReport(id.value(), "a", StepName.DISPLAYED), shown);
      store(ReceiptKey.of(id.value(), "a"), receipt);
    }
    receive(receipt(ids.get(7), "a", NEWS, Outcome.DELIVERED, 1_007, StepName.CONFIRMED));
    assertThat(isComplete()).isFalse();

    for (int i = 0; i < 600 && !isComplete(); i++) {
      pass(TURN);
    }

    assertThat(isComplete()).isTrue();
    assertThat(rows(NEWS)).extracting(row -> row.key().id()).isEqualTo(ids.reversed());
    assertThat(counts(0).accepted()).isEqualTo(500);
    assertThat(counts(0).displayed()).isEqualTo(500);
  }

  private void store(byte[] key, Receipt receipt) {
    driver
        .<Bytes, byte[]>getTimestampedKeyValueStore(TraceTopology.STORE)
        .put(Bytes.wrap(key), ValueAndTimestamp.make(bytes(receipt), NOW.toEpochMilli()));
  }

  @Test
  void rows_are_written_for_many_receipts_at_once_or_a_moment_later_and_seen_meanwhile() {
    settle();
    NotificationId id = NotificationId.random();
    receive(receipt(id, "a", NEWS, Outcome.PENDING, 1_000));
    receive(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000));
    assertThat(written(NEWS)).isEmpty();

    turn();

    assertThat(written(NEWS))
        .extracting(row -> row.row().outcome())
        .containsExactly(Outcome.DELIVERED);
    assertThat(counts(0).accepted()).isEqualTo(1);
    assertThat(counts(0).of(Outcome.DELIVERED)).isEqualTo(1);
    for (int i = 0; i < 256; i++) {
      receive(receipt(NotificationId.random(), "a", NEWS, Outcome.EXPIRED, 2_000));
    }
    assertThat(written(NEWS)).hasSize(257);
    assertThat(written(NEWS, 0, 0).get(new DayCounts.Of(0, "none")).of(Outcome.EXPIRED))
        .isEqualTo(256);
  }

  @Test
  void what_a_device_tells_counts_once_beside_what_was_pushed_to_it_in_either_order() {
    NotificationId id = NotificationId.random();
    report(id, "a", "phone of a", StepName.OPENED);
    report(id, "a", "phone of a", StepName.DISPLAYED);
    receive(receipt(id, "a", NEWS, Outcome.PENDING, 1_000, StepName.PARKED));
    assertThat(counts(0).opened()).isZero();
    receive(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000, StepName.CONFIRMED));
    report(id, "a", "phone of a", StepName.DISPLAYED);
    NotificationId parked = NotificationId.random();
    receive(receipt(parked, "b", NEWS, Outcome.PENDING, 1_000, StepName.PARKED));
    report(parked, "b", "phone of b", StepName.OPENED);
    NotificationId others = NotificationId.random();
    receive(receipt(others, "c", NEWS, Outcome.DELIVERED, 1_000, StepName.CONFIRMED));
    report(others, "c", "phone of a", StepName.OPENED);
    report(NotificationId.random(), "d", "phone of d", StepName.OPENED);

    assertThat(counts(0).displayed()).isEqualTo(1);
    assertThat(counts(0).opened()).isEqualTo(1);
    assertThat(counts(0).accepted()).isEqualTo(3);
  }

  @Test
  void rows_go_with_their_receipts_and_the_counts_with_them() {
    long old = NOW.minus(RETENTION).minusSeconds(60).toEpochMilli();
    NotificationId gone = NotificationId.random();
    NotificationId kept = NotificationId.random();
    NotificationId madeUp = NotificationId.random();
    receive(receipt(gone, "a", NEWS, Outcome.EXPIRED, old));
    receive(receipt(kept, "a", NEWS, Outcome.PENDING, old));
    receive(receipt(madeUp, "a", NEWS, Outcome.EXPIRED, NOW.plusSeconds(1_000_000).toEpochMilli()));
    receive(receipt(NotificationId.random(), "a", NEWS, Outcome.PENDING, NOW.toEpochMilli()));
    receive(receipt(gone, "b", MAIL, Outcome.EXPIRED, old));
    pass(TURN);
    for (ReceiptKey key : List.of(key(gone, "a"), key(madeUp, "a"), key(gone, "b"))) {
      delete(key);
    }

    pass(Duration.ofMinutes(2));

    assertThat(rows(NEWS)).extracting(row -> row.key().id()).hasSize(2).contains(kept);
    assertThat(counts(old / DAY).accepted()).isEqualTo(1);
    assertThat(rows(MAIL)).isEmpty();
    assertThat(all(MAIL, 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void a_row_goes_at_once_with_a_receipt_that_is_too_old_or_taken_away() {
    settle();
    long old = NOW.minus(RETENTION).minusSeconds(60).toEpochMilli();
    NotificationId kept = NotificationId.random();
    NotificationId away = NotificationId.random();
    Receipt gone = receipt(NotificationId.random(), "a", NEWS, Outcome.EXPIRED, old);
    receipts.pipeInput(ReceiptKey.of(gone.getId(), "a"), bytes(gone), old);
    receive(receipt(kept, "a", NEWS, Outcome.PENDING, old));
    receive(receipt(away, "a", NEWS, Outcome.DELIVERED, old));

    receipts.pipeInput(ReceiptKey.of(away.value(), "a"), (byte[]) null);
    pass(Duration.ofSeconds(10));

    assertThat(rows(NEWS)).extracting(row -> row.key().id()).containsExactly(kept);
    assertThat(counts(old / DAY).accepted()).isEqualTo(1);
  }

  /** Rows that are old and have their receipt are read by each pass. */
  @Test
  void what_a_crash_has_left_is_looked_for_once_in_six_hours_and_not_more_often() {
    settle();
    long old = NOW.minus(RETENTION).minusSeconds(60).toEpochMilli();
    NotificationId gone = NotificationId.random();
    receive(receipt(gone, "a", NEWS, Outcome.PENDING, old));
    delete(key(gone, "a"));

    for (int i = 0; i < 59; i++) {
      pass(Duration.ofMinutes(6));
      pass(TURN);
    }
    assertThat(rows(NEWS)).hasSize(1);
    pass(Duration.ofMinutes(7));
    pass(TURN);

    assertThat(rows(NEWS)).isEmpty();
  }

  @Test
  void it_is_not_whole_before_the_schemas_of_all_receipts_are_known() {
    NotificationId id = NotificationId.random();
    byte[] receipt = bytes(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000));
    registries.failNext(Integer.MAX_VALUE);
    receipts.pipeInput(ReceiptKey.of(id.value(), "a"), receipt);
    pass(TURN);
    pass(Duration.ofMinutes(1));
    assertThat(isComplete()).isFalse();

    registries.failNext(0);
    Awaitility.await()
        .untilAsserted(() -> {
          pass(Duration.ofMinutes(1));
          pass(TURN);
          assertThat(isComplete()).isTrue();
        });

    assertThat(rows(NEWS)).extracting(row -> row.key().id()).containsExactly(id);
  }

  @Test
  void a_receipt_whose_schema_nobody_knows_yet_gets_its_row_and_one_of_none_stops_nothing() {
    NotificationId id = NotificationId.random();
    byte[] receipt = bytes(receipt(id, "a", NEWS, Outcome.DELIVERED, 1_000));
    byte[] foreign = receipt.clone();
    foreign[3] = 7;
    receipts.pipeInput(ReceiptKey.of(id.value(), "b"), foreign);
    registries.forgetNext(1);
    receipts.pipeInput(ReceiptKey.of(id.value(), "a"), receipt);
    assertThat(rows(NEWS)).isEmpty();
    settle();

    Awaitility.await()
        .untilAsserted(() -> {
          receipts.pipeInput(ReceiptKey.of(id.value(), "c"), receipt);
          assertThat(rows(NEWS)).hasSize(1);
        });
    pass(Duration.ofMinutes(1));
    pass(TURN);

    assertThat(rows(NEWS)).hasSize(2);
    assertThat(isComplete()).isTrue();
  }

  @Test
  void a_row_that_cannot_be_read_does_not_stop_the_table() {
    NotificationId id = NotificationId.random();
    long old = NOW.minus(RETENTION).minusSeconds(60).toEpochMilli();
    Receipt receipt = receipt(id, "a", NEWS, Outcome.DELIVERED, old);
    receive(receipt);
    turn();
    Bytes first;
    try (var all = index().range(Bytes.wrap(new byte[] {1}), null)) {
      first = all.next().key;
    }
    index().put(first, new byte[] {2});

    receive(receipt(id, "a", NEWS, Outcome.EXPIRED, old));
    pass(Duration.ofSeconds(10));
    pass(TURN);
    receipts.pipeInput(ReceiptKey.of(id.value(), "a"), (byte[]) null);

    assertThat(isComplete()).isTrue();
  }

  @Test
  void an_id_that_is_used_again_has_a_row_for_each_until_the_first_one_is_old() {
    NotificationId id = NotificationId.random();
    long old = NOW.minus(RETENTION).plusSeconds(60).toEpochMilli();
    receive(receipt(id, "a", NEWS, Outcome.DELIVERED, old));
    receive(receipt(id, "a", NEWS, Outcome.PENDING, old + DAY));
    pass(TURN);
    assertThat(written(NEWS)).hasSize(2);

    pass(Duration.ofMinutes(3));

    assertThat(rows(NEWS)).extracting(row -> row.key().at()).containsExactly(old + DAY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bounded_scans_one_behind_the_other_find_each_row_once(boolean newestFirst) {
    Random random = new Random(11);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long at = 1_000L + random.nextInt(100);
      times.add(at);
      receive(receipt(NotificationId.random(), "a", NEWS, Outcome.PENDING, at));
    }
    turn();
    List<IndexScan.Found> found = new ArrayList<>();
    byte @Nullable [] after = null;
    do {
      IndexScan.Result result = scan(NEWS, after, newestFirst).over(index(), rows -> rows >= 7);
      assertThat(result.rows()).hasSizeLessThanOrEqualTo(7);
      found.addAll(result.rows());
      after = result.end();
      // What comes meanwhile is before the newest.
      receive(receipt(NotificationId.random(), "a", MAIL, Outcome.PENDING, 9_000));
    } while (after != null);

    times.sort(newestFirst ? Collections.reverseOrder() : null);
    assertThat(found).extracting(row -> row.key().at()).isEqualTo(times);
    assertThat(found).doesNotHaveDuplicates();
  }

  @Test
  void a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last() {
    for (long at = 1_000; at < 1_010; at++) {
      receive(receipt(NotificationId.random(), "a", NEWS, Outcome.PENDING, at));
    }
    turn();
    for (boolean newestFirst : List.of(true, false)) {
      assertThat(
              new IndexScan(NEWS, 1_003, 1_006, null, newestFirst, (_, _) -> true, 100)
                  .over(index(), rows -> false)
                  .rows())
          .extracting(row -> row.key().at())
          .containsExactlyInAnyOrder(1_003L, 1_004L, 1_005L);
    }
    assertThat(
            new IndexScan(NEWS, 5, 5, null, true, (_, _) -> true, 100)
                .over(index(), rows -> false)
                .rows())
        .isEmpty();
  }

  /** An iterator ends at a damaged block as at the end. */
  @Test
  void rows_that_cannot_be_read_are_not_taken_for_the_end() {
    receive(receipt(NotificationId.random(), "a", NEWS, Outcome.PENDING, 1_000));
    index().delete(Bytes.wrap(new byte[] {(byte) 0xff}));
    index().delete(Bytes.wrap(new byte[] {0}));

    // Behind the row come the counts, and then nothing.
    assertThatThrownBy(() -> HistoryIndex.counts(index(), NEWS, 0, 0))
        .isInstanceOf(DamagedTableException.class);
    assertThatThrownBy(() -> scan(NEWS, null, false).over(index(), rows -> false))
        .isInstanceOf(DamagedTableException.class);
  }

  @Test
  void what_names_no_app_or_has_no_step_or_is_no_receipt_has_no_row_and_stops_nothing() {
    NotificationId id = NotificationId.random();
    receive(new Receipt(id.value(), "a", null, null, Outcome.PENDING, List.of(), null));
    receive(new Receipt(id.value(), "b", null, NEWS, Outcome.PENDING, List.of(), null));
    receive(receipt(id, "c", "not an app", Outcome.PENDING, 1));
    receipts.pipeInput(ReceiptKey.of(id.value(), "d"), new byte[] {9, 9});
    receipts.pipeInput("no id".getBytes(StandardCharsets.UTF_8), new byte[] {1});
    byte[] some = bytes(receipt(id, "a", NEWS, Outcome.REJECTED, 1));
    for (String mark : List.of("zzzzzzzzzzzzzzzz", "0123456789ABCDEF", "+123456789abcdef")) {
      receipts.pipeInput((id + "/" + mark).getBytes(StandardCharsets.UTF_8), some);
    }
    receive(receipt(id, "e", NEWS, Outcome.PENDING, Long.MIN_VALUE));
    receive(receipt(id, "f", NEWS, Outcome.PENDING, Long.MAX_VALUE - 5_000));

    assertThat(rows(NEWS)).hasSize(2);
    pass(Duration.ofMinutes(2));
    assertThat(isComplete()).isTrue();
  }
}
