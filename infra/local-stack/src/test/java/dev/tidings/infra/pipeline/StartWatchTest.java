package dev.tidings.infra.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StartWatchTest {
  @TempDir private Path directory;
  private final Children children = new Children(Duration.ofMillis(200));

  @AfterEach
  void close() {
    children.close();
  }

  @Test
  @Timeout(60)
  void whichever_process_ends_first_ends_a_start_that_waits_for_something_else() {
    StartWatch watch = new StartWatch();
    watch.watch(
        children.start(Programs.command(Programs.Service.class, directory.resolve("a.log"))));
    watch.watch(
        children.start(Programs.command(Programs.Broken.class, directory.resolve("b.log"))));

    assertThatThrownBy(() -> new CountDownLatch(1).await())
        .isInstanceOf(InterruptedException.class);

    assertThat(watch.end())
        .get()
        .satisfies(
            failure -> assertThat(failure).hasMessageContaining("Broken ended with exit code 7"));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void a_process_that_ends_after_the_start_interrupts_nobody() throws Exception {
    StartWatch watch = new StartWatch();
    assertThat(watch.end()).isEmpty();

    var broken =
        children.start(Programs.command(Programs.Broken.class, directory.resolve("b.log")));
    watch.watch(broken);
    broken.end().toCompletableFuture().join();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(watch.end()).isEmpty();
  }
}
