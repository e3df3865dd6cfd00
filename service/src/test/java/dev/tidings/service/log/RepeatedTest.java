package dev.tidings.service.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Shows G89 of docs/guarantees.md. */
final class RepeatedTest {
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void what_fails_once_is_run_again_by_its_executor() {
    try (var clock = Executors.newSingleThreadScheduledExecutor()) {
      Runnable task =
          Repeated.of(
              RepeatedTest.class,
              "the test's task",
              () -> {
                if (runs.incrementAndGet() == 1) {
                  throw new IllegalStateException("once");
                }
              });
      clock.scheduleWithFixedDelay(task, 0, 1, TimeUnit.MILLISECONDS);

      await().until(() -> runs.get() > 2);
      clock.shutdownNow();
    }
  }

  @Test
  void an_error_counts_as_the_death_of_the_thread_though_executors_hide_it() throws Exception {
    List<Throwable> told = new CopyOnWriteArrayList<>();
    Runnable task =
        Repeated.of(
            RepeatedTest.class,
            "the test's task",
            () -> {
              throw new NoClassDefFoundError("a.B");
            });

    Thread thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((died, failure) -> told.add(failure))
            .start(() -> new FutureTask<>(task, null).run());
    thread.join();

    assertThat(told).singleElement().isInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void that_the_host_has_no_thread_left_for_a_moment_ends_nothing() {
    Runnable task =
        Repeated.of(
            RepeatedTest.class,
            "the test's task",
            () -> {
              throw new OutOfMemoryError("unable to create native thread");
            });

    assertThatCode(task::run).doesNotThrowAnyException();
  }
}
