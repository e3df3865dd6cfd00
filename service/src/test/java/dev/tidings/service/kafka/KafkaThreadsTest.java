package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.KafkaThread;
import org.junit.jupiter.api.Test;

/** Shows G89 of docs/guarantees.md. */
class KafkaThreadsTest {
  private final List<Throwable> told = new CopyOnWriteArrayList<>();
  private final UncaughtExceptionHandler died = (thread, failure) -> told.add(failure);
  private final CountDownLatch end = new CountDownLatch(1);

  @Test
  void a_thread_of_a_client_that_dies_is_told_of() {
    Thread thread = KafkaThread.daemon("kafka-producer-network-thread | test", this::dieAtTheEnd);
    thread.start();

    try (KafkaThreads threads = KafkaThreads.watch(died)) {
      await().until(() -> thread.getUncaughtExceptionHandler() == died);
      end.countDown();
      await().until(() -> !told.isEmpty());
    }

    assertThat(told).singleElement().isInstanceOf(InternalError.class);
  }

  @Test
  void one_that_comes_later_is_found_as_well() {
    try (KafkaThreads threads = KafkaThreads.watch(died)) {
      Thread thread = KafkaThread.daemon("kafka-producer-network-thread | test", this::dieAtTheEnd);
      thread.start();

      await().until(() -> thread.getUncaughtExceptionHandler() == died);
    } finally {
      end.countDown();
    }
  }

  @Test
  void threads_of_others_keep_their_handlers() throws Exception {
    Thread other = Thread.ofPlatform().daemon().start(this::dieAtTheEnd);
    Thread one = KafkaThread.daemon("kafka-producer-network-thread | test", this::dieAtTheEnd);
    one.start();

    try (KafkaThreads threads = KafkaThreads.watch(died)) {
      await().until(() -> one.getUncaughtExceptionHandler() == died);

      assertThat(other.getUncaughtExceptionHandler()).isNotSameAs(died);
    } finally {
      other.setUncaughtExceptionHandler((thread, failure) -> {});
      end.countDown();
    }
  }

  private void dieAtTheEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      return;
    }
    throw new InternalError("told to");
  }
}
