package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Shows G89 of docs/guarantees.md. */
class LookupsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void there_are_so_many_at_once_and_the_next_one_does_not_wait() throws Exception {
    var come = new CountDownLatch(1);
    try (Lookups lookups =
        new Lookups(
            _ -> {
              try {
                come.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new InetAddress[] {HERE};
            },
            "names",
            1)) {
      CompletableFuture<InetAddress[]> first = lookups.find("one.example.com");
      CompletableFuture<InetAddress[]> same = lookups.find("one.example.com");
      assertThatThrownBy(() -> lookups.find("other.example.com"))
          .isInstanceOf(RejectedExecutionException.class);

      come.countDown();

      assertThat(first.get()).containsExactly(HERE);
      assertThat(same.get()).containsExactly(HERE);
    }
  }

  @Test
  void a_host_for_which_no_thread_could_be_started_is_looked_up_the_next_time() throws Exception {
    AtomicInteger failures = new AtomicInteger(2);
    try (Lookups lookups =
        new Lookups(_ -> new InetAddress[] {HERE}, 1, task -> threadUnless(failures, task))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> lookups.find("one.example.com"))
            .isInstanceOf(RejectedExecutionException.class);
      }

      assertThat(lookups.find("one.example.com").get(30, TimeUnit.SECONDS)).containsExactly(HERE);
    }
  }

  /** Fails as the start of a thread does when the host has none left. */
  private static Thread threadUnless(AtomicInteger failures, Runnable task) {
    if (failures.getAndDecrement() > 0) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    return new Thread(task);
  }
}
