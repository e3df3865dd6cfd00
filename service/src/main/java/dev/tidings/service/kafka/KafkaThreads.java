package dev.tidings.service.kafka;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.KafkaThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when a thread of one of Kafka's clients dies. Such a thread logs what it died of, and that
 * is all: a producer without its thread takes records and neither sends nor refuses them, and
 * whoever flushes it waits for ever. The threads come and go with the clients, so they are looked
 * for every second, in a thread of its own.
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
   * Watches all there are in this process, until it is closed.
   *
   * @param died told by the thread that dies
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
    // Some may start meanwhile; those left out are found the next time.
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
