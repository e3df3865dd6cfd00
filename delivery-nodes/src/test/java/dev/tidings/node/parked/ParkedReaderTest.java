package dev.tidings.node.parked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G89 of docs/guarantees.md. */
@Timeout(60)
final class ParkedReaderTest {
  private final List<Thread> made = new CopyOnWriteArrayList<>();
  private final AtomicBoolean noThreads = new AtomicBoolean();
  private final BlockingQueue<Object> results = new ArrayBlockingQueue<>(10);
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, "http://127.0.0.1:9")));

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void reads_start_no_threads() throws Exception {
    try (ParkedReader reader = reader()) {
      assertThat(made).hasSize(2);
      noThreads.set(true);

      read(reader, "one");

      assertThat(results.poll(30, TimeUnit.SECONDS)).isEqualTo("one");
      assertThat(made).hasSize(2);
    }
  }

  @Test
  void where_one_that_died_cannot_be_replaced_a_read_fails_for_the_moment() throws Exception {
    try (ParkedReader reader = reader()) {
      CountDownLatch running = new CountDownLatch(made.size());
      CountDownLatch told = new CountDownLatch(1);
      for (Thread _ : List.copyOf(made)) {
        reader.run(
            () -> {
              running.countDown();
              await().until(() -> told.getCount() == 0);
              throw new LinkageError("told to fail");
            },
            (_, _) -> {});
      }
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      noThreads.set(true);
      told.countDown();
      await().until(() -> made.stream().noneMatch(Thread::isAlive));

      read(reader, "one");
      assertThat(results.poll(30, TimeUnit.SECONDS)).isInstanceOf(RejectedExecutionException.class);

      noThreads.set(false);
      read(reader, "two");
      assertThat(results.poll(30, TimeUnit.SECONDS)).isEqualTo("two");
    }
  }

  private void read(ParkedReader reader, String text) {
    reader.run(
        () -> text,
        (read, failure) -> results.add(failure == null ? String.valueOf(read) : failure));
  }

  private ParkedReader reader() {
    return new ParkedReader(
        2,
        () -> new DeliveryDeserializer(registry),
        (_, _, _) -> false,
        new NotReadYet(new SimpleMeterRegistry(), System::nanoTime),
        _ -> {},
        this::thread);
  }

  /** Fails as the start of a thread does when the host has none left. */
  private Thread thread(Runnable task) {
    if (noThreads.get()) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((_, _) -> {});
    made.add(thread);
    return thread;
  }
}
