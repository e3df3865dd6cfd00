package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateBucketsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Rate TEN = new Rate(10, 1);

  /** Begins below zero, as the time of a JVM may. */
  private final AtomicLong now = new AtomicLong(Long.MIN_VALUE / 2);

  private final RateBuckets buckets = new RateBuckets(1_024, now::get);

  private int taken(String key, Rate rate, int attempts) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += buckets.take(key, rate) == 0 ? 1 : 0;
    }
    return taken;
  }

  @Test
  void a_burst_is_there_at_once_and_then_so_many_a_second() {
    Rate rate = new Rate(10, 3);
    assertThat(taken("a", rate, 100)).isEqualTo(30);

    now.addAndGet(SECOND);
    assertThat(taken("a", rate, 100)).isEqualTo(10);
    now.addAndGet(100 * SECOND);
    assertThat(taken("a", rate, 100)).isEqualTo(30);
  }

  @Test
  void whoever_has_to_wait_is_told_how_long_and_it_is_true() {
    taken("a", TEN, 10);

    long wait = buckets.take("a", TEN);
    assertThat(wait).isEqualTo(SECOND / 10);
    now.addAndGet(wait - 1);
    assertThat(buckets.take("a", TEN)).isEqualTo(1);
    now.addAndGet(1);
    assertThat(buckets.take("a", TEN)).isZero();
    assertThat(buckets.take("a", TEN)).isEqualTo(wait);
  }

  @Test
  void which_keys_push_each_other_out_cannot_be_known_from_another_process() {
    assertThat(remembered(new RateBuckets(64, now::get)))
        .isNotEqualTo(remembered(new RateBuckets(64, now::get)));
  }

  /** More keys than fit, and those of them that were not forgotten. */
  private static List<String> remembered(RateBuckets buckets) {
    Rate one = new Rate(1, 1);
    List<String> keys = IntStream.range(0, 512).mapToObj(number -> "key " + number).toList();
    keys.forEach(key -> buckets.take(key, one));
    return keys.stream().filter(key -> buckets.take(key, one) > 0).toList();
  }

  @Test
  void what_is_refused_makes_nobody_wait_longer() {
    taken("a", TEN, 100_000);

    now.addAndGet(SECOND);
    assertThat(taken("a", TEN, 100)).isEqualTo(10);
  }

  @Test
  void each_key_has_its_own() {
    assertThat(taken("a", TEN, 100)).isEqualTo(10);
    assertThat(taken("b", TEN, 100)).isEqualTo(10);
    assertThat(buckets.take(1, TEN)).isZero();
    assertThat(buckets.take(2, TEN)).isZero();
    assertThat(taken("a", TEN, 100)).isZero();
  }

  @Test
  void what_is_given_back_is_there_again() {
    assertThat(taken("a", TEN, 100)).isEqualTo(10);
    buckets.giveBack("a", TEN);
    assertThat(taken("a", TEN, 100)).isEqualTo(1);

    buckets.giveBack("nobody", TEN);
    buckets.giveBack(7L, TEN);
    assertThat(taken("nobody", TEN, 100)).isEqualTo(10);
  }

  @Test
  void a_rate_that_changes_counts_at_once() {
    assertThat(taken("a", new Rate(1_000, 1), 2_000)).isEqualTo(1_000);
    now.addAndGet(SECOND / 2);

    assertThat(taken("a", new Rate(1, 1), 10)).isZero();
    assertThat(taken("a", new Rate(2_000, 1), 10_000)).isBetween(999, 1_001);
  }

  @Test
  void however_many_keys_there_are_the_memory_is_the_same() {
    for (int i = 0; i < 200_000; i++) {
      assertThat(buckets.take("key-" + i, TEN)).isZero();
    }

    assertThat(buckets.used()).isLessThanOrEqualTo(1_024);
    assertThat(buckets.forgotten()).isGreaterThan(100_000);
    now.addAndGet(SECOND);
    assertThat(buckets.used()).isZero();
    long before = buckets.forgotten();
    assertThat(buckets.take("another", TEN)).isZero();
    assertThat(buckets.forgotten()).isEqualTo(before);
    assertThat(buckets.used()).isEqualTo(1);
  }

  @Test
  void of_those_that_share_a_place_the_emptiest_stays() {
    RateBuckets few = new RateBuckets(8, now::get);
    for (int i = 0; i < 10; i++) {
      few.take("empty", TEN);
    }
    for (int i = 0; i < 1_000; i++) {
      few.take("key-" + i, TEN);
    }

    assertThat(few.take("empty", TEN)).isPositive();
  }

  @Test
  void many_threads_take_no_more_than_there_is() throws Exception {
    Rate rate = new Rate(10_000, 1);
    Callable<Integer> task = () -> taken("a", rate, 5_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      int taken = 0;
      for (Future<Integer> each :
          threads.invokeAll(Stream.generate(() -> task).limit(4).toList())) {
        taken += each.get();
      }

      assertThat(taken).isEqualTo(10_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "1000001,1", "1,0", "1,-1", "1,3601"})
  void a_rate_that_makes_no_sense_is_refused(int perSecond, int seconds) {
    assertThatThrownBy(() -> new Rate(perSecond, seconds))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 1..1000000");
  }

  @Test
  void the_highest_rate_that_makes_sense_lets_so_many_pass() {
    Rate rate = new Rate(Rate.MAX_PER_SECOND, 1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(buckets.take("a", rate)).isZero();
    }
    assertThat(new Rate(1, Rate.MAX_SECONDS).burst()).isEqualTo(3_600);
  }
}
