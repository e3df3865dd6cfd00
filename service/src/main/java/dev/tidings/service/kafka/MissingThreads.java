package dev.tidings.service.kafka;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the stream threads that an application lacks. Kafka Streams has the dying thread make the
 * one that takes its place; if that fails, because no client can be made while host names are not
 * answered or no file can be opened, there is none, and the application says that it runs. A thread
 * of this class looks once a second. Thread-safe.
 */
public final class MissingThreads implements HealthCheck, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MissingThreads.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Longer than Kafka Streams takes to replace a thread, with clients that are made slowly. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Supplier<@Nullable KafkaStreams> streams;
  private final int wanted;
  private final LongSupplier nanoTime;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("stream-threads").daemon().unstarted(this::run);
  private @Nullable KafkaStreams seen;
  private long nextTry;
  private boolean missing;
  private volatile String trouble = "";

  /**
   * @param streams the application that runs now, if any
   * @param wanted how many threads it is to have
   */
  public MissingThreads(
      Supplier<@Nullable KafkaStreams> streams, int wanted, LongSupplier nanoTime) {
    this.streams = streams;
    this.wanted = wanted;
    this.nanoTime = nanoTime;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  /** Looks once; for one thread. */
  void look() {
    @Nullable KafkaStreams now = streams.get();
    int alive = now == null ? wanted : alive(now);
    if (now == null || !now.equals(seen) || alive >= wanted) {
      seen = now;
      missing = false;
      trouble = "";
      return;
    }
    long time = nanoTime.getAsLong();
    if (!missing) {
      missing = true;
      nextTry = time + PATIENCE.toNanos();
    }
    trouble = "%d of %d stream threads run".formatted(alive, wanted);
    if (time - nextTry >= 0) {
      nextTry = time + PATIENCE.toNanos();
      add(now);
    }
  }

  private int alive(KafkaStreams application) {
    KafkaStreams.State state = application.state();
    if (state != KafkaStreams.State.RUNNING && state != KafkaStreams.State.REBALANCING) {
      return wanted;
    }
    try {
      return application.metadataForLocalThreads().size();
    } catch (IllegalStateException e) {
      log.debug("closing", e);
      return wanted;
    }
  }

  private void add(KafkaStreams application) {
    try {
      application
          .addStreamThread()
          .ifPresent(name -> log.warn("{}: stream thread {} was started", trouble, name));
    } catch (RuntimeException e) {
      log.error("{}, and none can be started; it is tried again", trouble, e);
    }
  }

  /** Unhealthy while a thread is missing. */
  @Override
  public Health check() {
    return Health.unless(trouble);
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
