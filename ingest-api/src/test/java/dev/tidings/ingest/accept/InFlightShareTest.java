package dev.tidings.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The places that one kind of requests may take, and who waits for one. */
class InFlightShareTest {
  private static final int SMALL = 100;

  private final InFlight all = new InFlight(10);
  private final InFlightShare share = InFlightShare.half(all, 1 << 20);
  private final AtomicInteger woken = new AtomicInteger();
  private final Runnable waiter = woken::incrementAndGet;

  @Test
  void half_of_the_places_are_left_to_others() {
    for (int i = 0; i < 5; i++) {
      assertThat(share.enter(SMALL)).isTrue();
    }
    assertThat(share.enter(SMALL)).isFalse();
    for (int i = 0; i < 5; i++) {
      assertThat(all.enter()).isTrue();
    }
    assertThat(all.enter()).isFalse();
    share.leave(SMALL);
    assertThat(share.enter(SMALL)).isTrue();
  }

  @Test
  void half_of_the_memory_is_left_to_others_and_one_is_always_taken() {
    InFlightShare little = new InFlightShare(all, 5, 10_000);
    assertThat(little.enter(20_000)).isTrue();
    assertThat(little.enter(SMALL)).isFalse();
    little.leave(20_000);
    assertThat(little.enter(5_000)).isTrue();
    assertThat(little.enter(5_000)).isFalse();
    assertThat(little.enter(3_000)).isTrue();
    assertThat(all.count()).isEqualTo(2);
  }

  @Test
  void what_others_do_not_leave_is_not_taken() {
    for (int i = 0; i < 10; i++) {
      all.enter();
    }
    assertThat(share.enter(SMALL)).isFalse();
    assertThat(share.count()).isZero();
    assertThat(all.count()).isEqualTo(10);
    share.whenFreed(waiter);
    assertThat(woken).hasValue(0);
    all.leave();
    assertThat(woken).hasValue(1);
    all.leave();
    assertThat(woken).hasValue(1);
  }

  @Test
  void who_waits_for_its_own_kind_is_not_woken_by_the_others() {
    for (int i = 0; i < 5; i++) {
      share.enter(SMALL);
    }
    all.enter();
    share.whenFreed(waiter);
    all.leave();
    assertThat(woken).hasValue(0);
    share.leave(SMALL);
    assertThat(woken).hasValue(1);
  }

  @Test
  void each_place_wakes_one_the_longest_first_and_the_last_wakes_all() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      share.enter(SMALL);
    }
    for (int i = 0; i < 10; i++) {
      int number = i;
      share.whenFreed(() -> order.add(number));
    }
    assertThat(order).isEmpty();
    share.leave(SMALL);
    assertThat(order).containsExactly(0);
    share.leave(SMALL);
    share.leave(SMALL);
    share.leave(SMALL);
    assertThat(order).containsExactly(0, 1, 2, 3);
    share.leave(SMALL);
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(share.waiting()).isZero();
  }

  @Test
  void who_waits_when_nobody_is_there_to_free_a_place_is_woken_at_once() {
    share.whenFreed(waiter);
    assertThat(woken).hasValue(1);
    assertThat(share.waiting()).isZero();
  }

  @Test
  void who_has_gone_is_not_woken_and_nothing_is_kept_of_it() {
    for (int i = 0; i < 5; i++) {
      share.enter(SMALL);
    }
    share.whenFreed(waiter);
    share.whenFreed(waiter);
    assertThat(share.waiting()).isEqualTo(1);
    share.forget(waiter);
    share.leave(SMALL);
    assertThat(woken).hasValue(0);
    assertThat(share.waiting()).isZero();
  }

  @Test
  @Timeout(60)
  void with_many_threads_nobody_waits_for_ever_and_no_place_is_lost() throws InterruptedException {
    int threads = 8;
    int each = 2_000;
    CountDownLatch done = new CountDownLatch(threads);
    ExecutorService log = Executors.newSingleThreadExecutor();
    for (int i = 0; i < threads; i++) {
      Thread.ofVirtual()
          .start(() -> {
            Semaphore freed = new Semaphore(0);
            Runnable wake = freed::release;
            for (int n = 0; n < each; n++) {
              while (!share.enter(SMALL)) {
                share.whenFreed(wake);
                freed.acquireUninterruptibly();
              }
              Thread.yield();
              share.leave(SMALL);
            }
            done.countDown();
          });
    }
    assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
    log.shutdown();
    assertThat(log.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(all.count()).isZero();
    assertThat(share.count()).isZero();
    assertThat(share.waiting()).isZero();
  }
}
