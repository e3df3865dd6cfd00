package dev.tidings.service.kafka;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.KafkaThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the death of a thread of one of Kafka's clients. The client itself only logs it: a
 * producer without its thread accepts records and neither sends nor rejects them, and a flush
 * blocks forever. The threads start and end with the clients, so a dedicated thread looks for new
 * ones every second.
 */
public final class KafkaThreads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaThreads.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final UncaughtExceptionHandler died;
  private final CountDownLatch closing = new CountDownLatch(1);

  private KafkaThreads(UncaughtExceptionHandler died) {
    this.died = died;
  }

  /**
   * Watches all such threads of this process, until closed.
   *
   * @param died called by the thread that dies
   */
  public static KafkaThreads watch(UncaughtExceptionHandler died) {
    KafkaThreads threads = new KafkaThreads(died);
    Thread.ofPlatform().name("kafka-threads").daemon().start(threads::run);
    return threads;
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  private void look() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    // Threads may start meanwhile; those missed here are found the next time.
    Thread[] threads = new Thread[2 * all.activeCount() + 16];
    int count = all.enumerate(threads);
    for (int i = 0; i < count; i++) {
      if (threads[i] instanceof KafkaThread thread) {
        thread.setUncaughtExceptionHandler(died);
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
