package dev.tidings.ingest.console.overview;

import dev.tidings.ingest.audit.AuditParts;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Looks at everything, and tells what it has found. For one thread; blocks for some seconds. */
public final class OverviewSource {
  private final LogReading log;
  private final FleetFigures fleet;
  private final Supplier<Optional<AuditParts.Found>> audit;
  private final Readiness readiness;
  private final InstantSource clock;
  private final Overviews overviews = new Overviews();

  /**
   * @param audit what has been found; empty if nothing can be told
   * @param readiness of this process
   */
  public OverviewSource(
      LogReading log,
      FleetFigures fleet,
      Supplier<Optional<AuditParts.Found>> audit,
      Readiness readiness,
      InstantSource clock) {
    this.log = log;
    this.fleet = fleet;
    this.audit = audit;
    this.readiness = readiness;
    this.clock = clock;
  }

  /** Returns the next overview as JSON, in ASCII and one line. */
  public byte[] next() throws InterruptedException {
    return OverviewJson.of(
        overviews.next(
            new Sample(
                clock.instant(),
                System.nanoTime(),
                log.look(),
                fleet.look(Duration.ZERO),
                audit.get().map(this::figures),
                unready())));
  }

  private Sample.AuditFigures figures(AuditParts.Found found) {
    return new Sample.AuditFigures(
        found.difference(), Math.max(0, (clock.millis() - found.untilMillis()) / 1_000));
  }

  private Map<String, String> unready() {
    Map<String, String> unready = new TreeMap<>();
    readiness
        .report()
        .checks()
        .forEach((name, health) -> {
          if (health instanceof Health.Unhealthy(String why)) {
            unready.put(name, why);
          }
        });
    return unready;
  }
}
