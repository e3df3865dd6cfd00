package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptTakerTopologyTest {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Duration BETWEEN_WALKS = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> receipts;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(TraceTable.topology(new Positions(), RETENTION), settings, NOW);
    receipts =
        driver.createInputTopic(
            LogTopics.RECEIPTS.name(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
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

  private void receive(String id, Instant at) {
    receipts.pipeInput(id, new byte[] {1}, at);
  }

  private boolean isThere(String id) {
    return driver.<Bytes, byte[]>getTimestampedKeyValueStore(TraceTable.STORE).get(key(id)) != null;
  }

  private long count() {
    long count = 0;
    try (KeyValueIterator<Bytes, ?> all =
        driver.<Bytes, byte[]>getTimestampedKeyValueStore(TraceTable.STORE).all()) {
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
