package dev.tidings.ingest.trace.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One thread reads all partitions, so they share its time. */
class IndexTimeTest {
  private static final long TURN = Duration.ofMillis(100).toNanos();

  private long now = -Duration.ofDays(1).toNanos();
  private final IndexTime time = new IndexTime(() -> now);
  private final List<String> turns = new ArrayList<>();

  /** Works as long as it may, 1 ms at a time. Returns how long it has. */
  private long work(String who) {
    long began = now;
    time.inTurn(
        who,
        enough -> {
          turns.add(who);
          do {
            now += Duration.ofMillis(1).toNanos();
          } while (!enough.getAsBoolean());
        });
    return now - began;
  }

  @Test
  void however_many_partitions_there_are_all_of_them_take_a_fifth_of_the_time() {
    List<String> partitions = IntStream.range(0, 16).mapToObj(i -> "partition " + i).toList();
    long began = now;
    long worked = 0;
    for (int i = 0; i < 160; i++) {
      long turn = now;
      for (String each : partitions) {
        worked += work(each);
      }
      now = Math.max(now, turn + TURN);
    }

    assertThat((double) worked / (now - began)).isBetween(0.19, 0.21);
    assertThat(turns.subList(0, 16)).containsExactlyInAnyOrderElementsOf(partitions);
    assertThat(turns.subList(16, 32)).containsExactlyInAnyOrderElementsOf(partitions);
  }

  @Test
  void nobody_waits_for_a_partition_that_is_gone() {
    assertThat(work("a")).isEqualTo(IndexTime.SLICE.toNanos());
    assertThat(work("a")).isPositive();
    assertThat(work("gone")).isZero();
    for (int i = 0; i < 12; i++) {
      now += TURN;
      work("a");
    }

    assertThat(turns).hasSizeGreaterThan(2).containsOnly("a");
  }

  @Test
  void one_step_that_takes_long_is_made_up_for() {
    time.inTurn("a", _ -> now += Duration.ofSeconds(1).toNanos());
    now += Duration.ofMillis(3_900).toNanos();
    assertThat(work("a")).isZero();
    now += Duration.ofMillis(100).toNanos();

    assertThat(work("a")).isEqualTo(IndexTime.SLICE.toNanos());
  }
}
