package dev.tidings.streams;

import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlMeters;
import dev.tidings.control.ControlReader;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.context.ServiceContext;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import dev.tidings.streams.cap.CapRules;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what administrators decide about daily caps. */
final class CapsFollowing {
  private static final Logger log = LoggerFactory.getLogger(CapsFollowing.class);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  /** What is not known after that does not hold up what has to be sent. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final ControlMeters METERS =
      new ControlMeters(
          "tidings.streams.control.lag",
          "tidings.streams.control.waiting",
          "tidings.streams.control.unreadable",
          "tidings.streams.control.reloads");

  private CapsFollowing() {}

  /** Starts reading, and waits until all is known, but not for ever. */
  static CapRules start(
      Lifecycle lifecycle,
      ServiceContext service,
      ServiceInstance instance,
      RegistryClient registry)
      throws InterruptedException {
    Admin admin = instance.clients().admin("control").answeredWithin(ATTEMPT).openAdmin();
    TableSource source =
        TableSource.open(
            instance.clients(), "control", instance.topics().of(LogTopics.CONTROL), admin);
    ControlReader reader = ControlReader.start(source, registry, service.clock());
    lifecycle.onStop(
        "control",
        SOON.multipliedBy(2),
        () -> {
          reader.close();
          admin.close(SOON);
        });
    service.readiness().add("control", reader::health);
    MeterRegistry metrics = service.metrics();
    METERS.bind(metrics, reader);
    lifecycle.vital("control entries");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!reader.isComplete() && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
    if (!reader.isComplete()) {
      log.warn(
          "daily caps do not count until they are known: {}",
          reader.waitingFor().orElse("control is still being read"));
    }
    return new ControlledCaps(
        reader::version, reader::isComplete, () -> reader.entries(ControlKind.DAILY_CAP));
  }
}
