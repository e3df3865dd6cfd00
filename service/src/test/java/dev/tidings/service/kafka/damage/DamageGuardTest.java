package dev.tidings.service.kafka.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows G125 of docs/guarantees.md. */
final class DamageGuardTest {
  /** More than it takes to read everything: damage is reported once nothing else is to be had. */
  private static final int POLLS = 25;

  private static final TopicPartition BAD = new TopicPartition("t", 1);
  private static final TopicPartition GOOD = new TopicPartition("t", 11);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Log log = new Log();
  private DamagedPartitions told = new DamagedPartitions(false);
  private long now;

  @Test
  void a_damaged_batch_holds_up_its_partition_alone() {
    DamageGuard guard = guard(false);
    log.damage(2, 3);

    assertThat(read(guard)).contains("t-1:0", "t-1:1", "t-11:9").doesNotContain("t-1:4");
    assertThat(told.trouble()).startsWith("t-1 is not read: offset 2: ").contains("crc");
    assertThat(metrics.get("tidings.kafka.partitions.damaged").gauge().value()).isEqualTo(1);
    assertThat(log.paused).containsExactly(BAD);
    assertThat(guard.paused()).isEmpty();
  }

  @Test
  void it_is_fetched_again_every_few_seconds_and_read_on_once_it_is_whole() {
    DamageGuard guard = guard(false);
    log.damage(2, 3);
    read(guard);
    int before = log.fetched.size();

    read(guard);
    assertThat(log.fetched).hasSize(before);
    now += DamagedRecord.BETWEEN_FETCHES.toNanos();
    assertThat(read(guard)).isEmpty();
    assertThat(log.fetched).hasSizeGreaterThan(before);
    assertThat(told.trouble()).isNotEmpty();

    log.mend();
    now += DamagedRecord.BETWEEN_FETCHES.toNanos();
    assertThat(read(guard)).containsExactly("t-1:2", "t-1:3", "t-1:4", "t-1:5");
    assertThat(told.trouble()).isEmpty();
    assertThat(skipped()).isZero();
  }

  @Test
  void its_records_are_skipped_after_three_fetches_and_only_they() {
    DamageGuard guard = guard(true);
    log.damage(2, 3);
    List<String> all = new ArrayList<>(read(guard));
    for (int fetch = 1; fetch < DamagedRecord.FETCHES; fetch++) {
      assertThat(skipped()).isZero();
      now += DamagedRecord.BEFORE_SKIPPING.toNanos();
      all.addAll(read(guard));
    }

    assertThat(all).containsSubsequence("t-1:0", "t-1:1", "t-1:4", "t-1:5").hasSize(4 + 10);
    assertThat(skipped()).isEqualTo(2);
    assertThat(told.trouble()).isEmpty();
  }

  @Test
  void another_damaged_batch_is_fetched_three_times_too() {
    DamageGuard guard = guard(true);
    log.damage(1, 4);
    read(guard);
    for (int fetch = 0; fetch < 2 * DamagedRecord.FETCHES; fetch++) {
      now += DamagedRecord.BEFORE_SKIPPING.toNanos();
      read(guard);
    }
    assertThat(skipped()).isEqualTo(2);
    assertThat(log.fetches(4)).isGreaterThanOrEqualTo(DamagedRecord.FETCHES);
  }

  @Test
  void what_a_broker_refuses_is_not_damage() {
    DamageGuard guard = guard(true);
    for (KafkaException refusal :
        List.of(
            new OffsetOutOfRangeException(Map.of(BAD, 5L)),
            new TopicAuthorizationException("not authorized: t-1"),
            new org.apache.kafka.common.errors.TimeoutException("t-1 did not answer"),
            new KafkaException("something of t-2"))) {
      log.next = refusal;
      assertThatThrownBy(() -> guard.poll(Duration.ZERO)).isSameAs(refusal);
    }
    assertThat(skipped()).isZero();
    assertThat(log.paused).isEmpty();
  }

  @Test
  void what_the_owner_paused_stays_paused_and_what_it_resumes_waits_all_the_same() {
    DamageGuard guard = guard(false);
    log.damage(0, 1);
    read(guard);
    guard.pause(Set.of(BAD, GOOD));
    assertThat(guard.paused()).containsExactlyInAnyOrder(BAD, GOOD);

    log.mend();
    now += DamagedRecord.BETWEEN_FETCHES.toNanos();
    assertThat(read(guard)).isEmpty();
    assertThat(log.paused).containsExactlyInAnyOrder(BAD, GOOD);

    guard.resume(Set.of(BAD, GOOD));
    assertThat(read(guard)).contains("t-1:0", "t-1:5");
  }

  @Test
  void a_partition_that_is_not_its_own_any_more_is_forgotten() {
    DamageGuard guard = guard(false);
    log.damage(0, 1);
    read(guard);
    assertThat(told.trouble()).isNotEmpty();
    log.positions.remove(BAD);
    log.paused.remove(BAD);

    assertThat(read(guard)).isEmpty();
    assertThat(told.trouble()).isEmpty();
  }

  private DamageGuard guard(boolean skips) {
    told = new DamagedPartitions(skips);
    told.bindTo(metrics);
    return new DamageGuard(log, told, () -> now);
  }

  private double skipped() {
    return metrics.find("tidings.kafka.records.skipped").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static List<String> read(DamageGuard guard) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < POLLS; i++) {
      guard
          .poll(Duration.ZERO)
          .forEach(
              record -> all.add(record.topic() + "-" + record.partition() + ":" + record.offset()));
    }
    return all;
  }

  /**
   * A consumer of two partitions and their log. As Kafka's, it keeps what it fetched while the
   * position is where that begins, and reports the same damage again.
   */
  private static final class Log implements DamageGuard.Reading {
    private static final long BAD_END = 6;
    private static final long GOOD_END = 10;

    private final Map<TopicPartition, Long> positions = new HashMap<>(Map.of(BAD, 0L, GOOD, 0L));
    private final Set<TopicPartition> paused = new HashSet<>();
    private final Set<Long> damaged = new HashSet<>();
    private final List<Long> fetched = new ArrayList<>();
    private long kept = -1;
    private @Nullable KafkaException next;

    void damage(long... offsets) {
      for (long offset : offsets) {
        damaged.add(offset);
      }
    }

    void mend() {
      damaged.clear();
    }

    long fetches(long offset) {
      return fetched.stream().filter(each -> each == offset).count();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      KafkaException failure = next;
      if (failure != null) {
        next = null;
        throw failure;
      }
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
      take(GOOD, GOOD_END, records);
      long at = positions.getOrDefault(BAD, BAD_END);
      if (positions.containsKey(BAD) && !paused.contains(BAD)) {
        if (kept >= 0 && kept != at) {
          kept = -1;
          return new ConsumerRecords<>(records, Map.of());
        }
        if (kept < 0 && at < BAD_END) {
          fetched.add(at);
          kept = damaged.contains(at) ? at : -1;
        }
        if (kept < 0) {
          take(BAD, BAD_END, records);
        } else if (records.isEmpty()) {
          throw new KafkaException(
              "Received exception when fetching the next record from t-1. If needed, seek",
              new KafkaException("Record batch for partition t-1 is invalid, cause: crc"));
        }
      }
      return new ConsumerRecords<>(records, Map.of());
    }

    private void take(
        TopicPartition partition,
        long end,
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records) {
      long at = positions.getOrDefault(partition, end);
      if (at < end && !paused.contains(partition)) {
        positions.put(partition, at + 1);
        records.put(
            partition,
            List.of(
                new ConsumerRecord<>(
                    partition.topic(), partition.partition(), at, new byte[0], new byte[0])));
      }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
      paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
      paused.removeAll(partitions);
    }

    @Override
    public Set<TopicPartition> paused() {
      return Set.copyOf(paused);
    }

    @Override
    public Set<TopicPartition> assignment() {
      return Set.copyOf(positions.keySet());
    }

    @Override
    public long position(TopicPartition partition) {
      return positions.getOrDefault(partition, -1L);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
      positions.put(partition, offset);
    }
  }
}
