package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.trace.index.IndexTime;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows G51 and G68 of docs/guarantees.md. */
class ReceiptProcessorTopologyTest {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Duration BETWEEN_WALKS = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registries.url())));
  private final AvroSerializer<Receipt> serializer = new AvroSerializer<>(registry);

  /** What is written behind what came too late. */
  private final List<Again> again = new ArrayList<>();

  private record Again(int partition, Bytes key, byte[] receipt) {}

  @TempDir Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> receipts;

  @BeforeEach
  void start() {
    start(Optional.of(new IndexTime(System::nanoTime)));
  }

  private void start(Optional<IndexTime> history) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            TraceTopology.topology(
                "tidings.receipts",
                new Positions(),
                RETENTION,
                registry,
                (partition, key, receipt) -> again.add(new Again(partition, key, receipt)),
                history),
            settings,
            NOW);
    receipts =
        driver.createInputTopic(
            LogTopics.RECEIPTS.name(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
    registry.close();
    registries.close();
  }

  @Test
  void what_is_older_than_the_retention_goes_and_what_is_younger_stays() {
    receive("old", NOW.minus(RETENTION).minusSeconds(1));
    receive("young", NOW.minus(RETENTION).plusSeconds(60));

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(isThere("old")).isFalse();
    assertThat(isThere("young")).isTrue();
  }

  @Test
  void a_receipt_that_is_written_again_counts_from_then() {
    receive("id", NOW.minus(RETENTION).minusSeconds(1));
    receive("id", NOW);

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(isThere("id")).isTrue();
  }

  @Test
  void however_many_come_between_two_walks_as_many_go() {
    for (int i = 0; i < 50_000; i++) {
      receive("id-" + i, NOW.minus(RETENTION).minusSeconds(1));
    }

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(count()).isZero();
  }

  @Test
  void what_was_young_when_all_was_looked_at_goes_when_its_time_is_over() {
    receive("id", NOW);
    driver.advanceWallClockTime(BETWEEN_WALKS);
    assertThat(isThere("id")).isTrue();

    driver.advanceWallClockTime(RETENTION);

    assertThat(isThere("id")).isFalse();
  }

  @Test
  void an_old_one_goes_that_comes_when_nothing_is_there_to_be_looked_at() {
    driver.advanceWallClockTime(BETWEEN_WALKS);
    receive("old", NOW.minus(RETENTION).minusSeconds(1));

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(isThere("old")).isFalse();
  }

  @Test
  void an_old_one_goes_that_comes_behind_a_walk_under_way() {
    for (int i = 0; i < 50_000; i++) {
      receive("id-" + i, NOW);
    }
    driver.advanceWallClockTime(BETWEEN_WALKS);
    driver.advanceWallClockTime(RETENTION);
    assertThat(count()).isBetween(1L, 49_999L);
    receive("a-first", NOW.minus(RETENTION));

    for (int i = 0; i < 5; i++) {
      driver.advanceWallClockTime(BETWEEN_WALKS);
    }

    assertThat(count()).isZero();
  }

  @Test
  void that_it_waits_does_not_take_the_place_of_how_it_ended() {
    for (Outcome end : Outcome.values()) {
      if (end != Outcome.PENDING) {
        receive("id-" + end, receipt(end, 1_000));

        receive("id-" + end, receipt(Outcome.PENDING, 1_000));

        assertThat(outcome("id-" + end)).isEqualTo(end);
      }
    }
  }

  /** Whoever restores the table has what the topic has last. */
  @Test
  void how_it_ended_is_written_behind_what_came_too_late_and_nothing_else_is() {
    byte[] end = receipt(Outcome.DELIVERED, 1_000);
    receive("id", receipt(Outcome.PENDING, 1_000));
    receive("id", end);
    assertThat(again).isEmpty();

    receive("id", receipt(Outcome.PENDING, 1_000));
    assertThat(again).hasSize(1);
    assertThat(again.getFirst().partition()).isZero();
    assertThat(again.getFirst().key()).isEqualTo(key("id"));
    assertThat(again.getFirst().receipt()).isEqualTo(end);
    receive("id", again.getFirst().receipt());
    receive("id", receipt(Outcome.PENDING, 2_000));

    assertThat(again).hasSize(1);
    assertThat(outcome("id")).isEqualTo(Outcome.PENDING);
  }

  @Test
  void what_waits_ends_and_what_has_ended_may_end_otherwise() {
    receive("id", receipt(Outcome.PENDING, 1_000));
    receive("id", receipt(Outcome.PENDING, 1_000));
    assertThat(outcome("id")).isEqualTo(Outcome.PENDING);
    receive("id", receipt(Outcome.EXPIRED, 1_000));
    receive("id", receipt(Outcome.DELIVERED, 1_000));

    assertThat(outcome("id")).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void an_id_that_is_used_again_may_wait_again() {
    receive("id", receipt(Outcome.DELIVERED, 1_000));

    receive("id", receipt(Outcome.PENDING, 2_000));

    assertThat(outcome("id")).isEqualTo(Outcome.PENDING);
  }

  @Test
  void what_nobody_can_read_is_taken_as_it_comes() {
    receive("id", receipt(Outcome.DELIVERED, 1_000));
    receive("id", NOW);
    receive("id", receipt(Outcome.PENDING, 1_000));

    assertThat(outcome("id")).isEqualTo(Outcome.PENDING);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_no_receipt_stops_nothing_and_the_next_one_counts(ForeignValue value) {
    byte[] foreign = value.bytes(receipt(Outcome.DELIVERED, 1_000), new AvroSerializer<>(registry));
    receive("id", foreign);
    receive("id", receipt(Outcome.PENDING, 1_000));
    receive("id", foreign);
    receive("id", receipt(Outcome.DELIVERED, 1_000));

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(outcome("id")).isEqualTo(Outcome.DELIVERED);
    assertThat(again).isEmpty();
  }

  @Test
  void a_key_and_headers_of_a_receipt_may_be_anything() {
    TestInputTopic<byte[], byte[]> any =
        driver.createInputTopic(
            LogTopics.RECEIPTS.name(), new ByteArraySerializer(), new ByteArraySerializer());
    byte[][] keys = {null, {}, {0}, {(byte) 0xff, (byte) 0xff}, new byte[1 << 20]};
    for (byte[] key : keys) {
      any.pipeInput(
          new TestRecord<>(
              key,
              receipt(Outcome.PENDING, 1_000),
              new RecordHeaders().add("", null).add("x", new byte[] {(byte) 0xff}),
              NOW.minus(RETENTION).minusSeconds(1)));
      any.pipeInput(key, receipt(Outcome.DELIVERED, 1_000), NOW.minus(RETENTION).minusSeconds(1));
    }
    receive("id", receipt(Outcome.DELIVERED, 1_000));

    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(count()).isEqualTo(1);
    assertThat(outcome("id")).isEqualTo(Outcome.DELIVERED);
  }

  /** Any producer can write one, and Kafka Streams' default would stop the partition for good. */
  @Test
  void a_receipt_without_a_time_is_kept_and_the_next_one_counts() {
    receipts.pipeInput(
        new TestRecord<>(
            "id", receipt(Outcome.PENDING, 1_000), new RecordHeaders(), Instant.ofEpochMilli(-1)));
    assertThat(outcome("id")).isEqualTo(Outcome.PENDING);

    receive("id", receipt(Outcome.DELIVERED, 1_000));

    assertThat(outcome("id")).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void without_the_history_it_is_the_same_table_and_there_is_no_other() {
    driver.close();
    start(Optional.empty());
    assertThat(driver.getAllStateStores()).containsOnlyKeys(TraceTopology.STORE);

    receive("id", receipt(Outcome.DELIVERED, 1_000));
    receive("id", receipt(Outcome.PENDING, 1_000));
    assertThat(outcome("id")).isEqualTo(Outcome.DELIVERED);
    receive("id", (byte[]) null);
    receive("old", NOW.minus(RETENTION).minusSeconds(1));
    driver.advanceWallClockTime(BETWEEN_WALKS);

    assertThat(count()).isZero();
  }

  @Test
  void a_tombstone_takes_it_away() {
    receive("id", receipt(Outcome.DELIVERED, 1_000));

    receive("id", (byte[]) null);

    assertThat(isThere("id")).isFalse();
  }

  private byte[] receipt(Outcome outcome, long accepted) {
    return serializer.serialize(
        LogTopics.RECEIPTS.name(),
        new Receipt(
            "id",
            "token",
            "device",
            "com.example",
            outcome,
            List.of(
                new Step(StepName.ACCEPTED, accepted, "ingest", null),
                new Step(StepName.PARKED, 5_000L, "node", "away")),
            null));
  }

  private void receive(String id, byte[] receipt) {
    receipts.pipeInput(id, receipt, NOW);
  }

  private Outcome outcome(String id) {
    return AvroDeserializer.atOnce(registry, Receipt.class)
        .read(
            driver
                .<Bytes, byte[]>getTimestampedKeyValueStore(TraceTopology.STORE)
                .get(key(id))
                .value())
        .getOutcome();
  }

  private void receive(String id, Instant at) {
    receipts.pipeInput(id, new byte[] {1}, at);
  }

  private boolean isThere(String id) {
    return driver.<Bytes, byte[]>getTimestampedKeyValueStore(TraceTopology.STORE).get(key(id))
        != null;
  }

  private long count() {
    long count = 0;
    try (KeyValueIterator<Bytes, ?> all =
        driver.<Bytes, byte[]>getTimestampedKeyValueStore(TraceTopology.STORE).all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
