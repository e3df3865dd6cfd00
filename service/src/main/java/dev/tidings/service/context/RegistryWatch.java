package dev.tidings.service.context;

import dev.tidings.schemas.registry.client.RegistryClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the schema registry against what it said before, again and again: a process that was not
 * restarted asks nothing of it any more, and would not notice that it has lost its data. Asks from
 * a thread of its own.
 */
final class RegistryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration WHILE_WRONG = Duration.ofSeconds(5);

  private final RegistryClient registry;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("registry-watch").daemon().unstarted(this::run);

  RegistryWatch(RegistryClient registry) {
    this.registry = registry;
  }

  void start(MeterRegistry metrics) {
    Gauge.builder("tidings.registry.contradictions", registry, RegistryClient::contradictions)
        .description("Schema ids of which the registry says something else than before.")
        .register(metrics);
    thread.start();
  }

  private void run() {
    try {
      Duration pause = EVERY;
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = compare();
      }
    } catch (InterruptedException e) {
      LOG.debug("asked to stop");
    }
  }

  private Duration compare() {
    try {
      registry.compare();
    } catch (RuntimeException e) {
      LOG.warn("the schema registry is not compared with what it said before", e);
    }
    return registry.wrong().isPresent() ? WHILE_WRONG : EVERY;
  }

  /** Ends it, before the client: a request that is under way fails with the client's end. */
  @Override
  public void close() {
    closing.countDown();
  }
}
