package dev.tidings.service.kafka;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import dev.tidings.service.kafka.client.KafkaClients;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks once a second whether a broker answers this process, with its own thread and client:
 * Kafka's other clients wait for a broker without reporting that it is away.
 */
public final class LogLiveness implements HealthCheck, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogLiveness.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration ATTEMPT = Duration.ofSeconds(3);

  /** Two attempts: one lost packet is not an outage. */
  private static final Duration AWAY_AFTER = Duration.ofSeconds(7);

  /** One request to a broker; it returns when a broker has answered. */
  @FunctionalInterface
  interface Question {
    void ask() throws InterruptedException, ExecutionException, TimeoutException;
  }

  private final String brokers;
  private final Question question;
  private final Runnable answered;
  private final AutoCloseable client;
  private final ClockWatch hostClock;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("log-liveness").daemon().unstarted(this::run);
  private volatile Answer last;
  private volatile String failure = "";

  private record Answer(long nanos, Instant at) {}

  LogLiveness(
      String brokers,
      Question question,
      AutoCloseable client,
      Runnable answered,
      ClockWatch hostClock,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.hostClock = hostClock;
    this.brokers = brokers;
    this.question = question;
    this.client = client;
    this.answered = answered;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.last = new Answer(nanoTime.getAsLong(), clock.instant());
  }

  /**
   * Starts the checks; a broker is assumed to have just answered this process.
   *
   * @param answered is run after each answer, in the thread that asks
   * @param fatal called if the host's clock was set back too far to wait: the process has to end
   */
  public static LogLiveness start(
      KafkaClients clients,
      Runnable answered,
      Consumer<Throwable> fatal,
      InstantSource clock,
      MeterRegistry metrics) {
    int attempt = Math.toIntExact(ATTEMPT.toMillis());
    Admin admin =
        clients
            .admin("liveness")
            .answeredWithin(ATTEMPT)
            // If one of several brokers hangs, there must be time to ask another.
            .always(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, attempt / 2)
            .always(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, attempt / 2)
            .always(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, attempt)
            .always(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, EVERY.toMillis())
            .openAdmin();
    LogLiveness liveness =
        new LogLiveness(
            clients.brokers(),
            () ->
                admin.describeCluster().nodes().get(2 * ATTEMPT.toMillis(), TimeUnit.MILLISECONDS),
            () -> admin.close(Duration.ZERO),
            answered,
            new ClockWatch(clock, System::nanoTime, fatal, metrics),
            System::nanoTime,
            clock);
    Gauge.builder("tidings.kafka.silent.seconds", liveness, LogLiveness::silentSeconds)
        .description("For how long no broker has answered; a second or two while all is well.")
        .register(metrics);
    liveness.thread.start();
    return liveness;
  }

  private void run() {
    try {
      do {
        hostClock.look();
        askOnce();
      } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  /** Asks once, and records whether there was an answer. */
  void askOnce() throws InterruptedException {
    boolean wasAway = isAway();
    try {
      question.ask();
    } catch (ExecutionException e) {
      missed(wasAway, e.getCause() == null ? e : e.getCause());
      return;
    } catch (TimeoutException | RuntimeException e) {
      // Any failure counts as no answer; the next attempt follows anyway.
      missed(wasAway, e);
      return;
    }
    if (wasAway) {
      log.info("{} answers again after {} s", brokers, (long) silentSeconds());
    }
    last = new Answer(nanoTime.getAsLong(), clock.instant());
    try {
      answered.run();
    } catch (RuntimeException e) {
      log.error("the action after a broker's answer failed, it runs again after the next", e);
    }
  }

  private void missed(boolean wasAway, Throwable why) {
    failure = why.getMessage() == null ? why.toString() : why.getMessage();
    if (!wasAway && isAway()) {
      log.warn("{}: not ready until it does", words());
    }
  }

  private boolean isAway() {
    return nanoTime.getAsLong() - last.nanos() > AWAY_AFTER.toNanos();
  }

  private double silentSeconds() {
    return (nanoTime.getAsLong() - last.nanos()) / 1e9;
  }

  private String words() {
    Answer since = last;
    long seconds = Duration.ofNanos(nanoTime.getAsLong() - since.nanos()).toSeconds();
    return "no broker of %s answers since %s (%d s): %s"
        .formatted(brokers, since.at().truncatedTo(ChronoUnit.SECONDS), seconds, failure);
  }

  @Override
  public Health check() {
    return isAway() ? Health.unhealthy(words()) : hostClock.check();
  }

  @Override
  public void close() throws Exception {
    closing.countDown();
    thread.interrupt();
    client.close();
  }
}
