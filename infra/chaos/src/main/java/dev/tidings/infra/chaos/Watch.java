package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.device.SimulatedDevice;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.load.ProviderLoad;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the fleet: every device is served, every running service is ready, and none has ended
 * unexpectedly.
 */
final class Watch implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration HURRY_EVERY = Duration.ofSeconds(1);

  /** How long the state must be good to count. */
  private static final Duration STEADY = Duration.ofSeconds(2);

  /** The exit code of a service that failed; one that is killed or stopped has another. */
  private static final int GAVE_UP = 1;

  private final Pipeline pipeline;
  private final Devices devices;
  private final Ledger ledger;
  private final ProviderLoad load;
  private final Duration prompt;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  /**
   * @param prompt the time within which an accepted notification should be confirmed
   */
  Watch(Pipeline pipeline, Devices devices, Ledger ledger, ProviderLoad load, Duration prompt) {
    this.pipeline = pipeline;
    this.devices = devices;
    this.ledger = ledger;
    this.load = load;
    this.prompt = prompt;
  }

  /**
   * Waits until the fleet has recovered.
   *
   * @param since when the fault began, in the ledger's time
   * @return how long it took; empty if it has not recovered after {@code patience}
   */
  Optional<Duration> awaitHealth(long since, Duration patience) throws InterruptedException {
    long lastIll = since;
    long lastHurry = since;
    while (true) {
      List<Integer> unserved = unserved(since);
      long now = ledger.now();
      if (!unserved.isEmpty() || !unready().isEmpty()) {
        lastIll = now;
      } else if (now - lastIll >= STEADY.toNanos()) {
        return Optional.of(Duration.ofNanos(lastIll - since));
      }
      if (now - since > patience.toNanos()) {
        return Optional.empty();
      }
      if (now - lastHurry >= HURRY_EVERY.toNanos()) {
        unserved.forEach(load::hurry);
        lastHurry = now;
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  /** Returns a description of what has not recovered. */
  String complaint(long since) throws InterruptedException {
    List<Integer> unserved = unserved(since);
    List<String> owed =
        unserved.stream().flatMap(device -> ledger.owedBy(device).stream()).limit(5).toList();
    return "devices not served: %s (owed: %s; p99 since: %s); not ready: %s"
        .formatted(
            unserved,
            owed,
            ledger.span(since, ledger.now()).p99().map(Duration::toString).orElse("-"),
            unready());
  }

  private List<Integer> unserved(long since) {
    return devices.all().stream()
        .filter(SimulatedDevice::isPresent)
        .map(SimulatedDevice::number)
        .filter(device -> !ledger.isServed(device, since, prompt))
        .toList();
  }

  private List<String> unready() throws InterruptedException {
    var unready = new ArrayList<String>();
    for (TidingsService service : TidingsService.values()) {
      for (Instance instance : pipeline.instances(service)) {
        ChildProcess process = pipeline.process(instance);
        if (process.isAlive() && !process.isPaused() && !isReady(instance)) {
          unready.add(instance.name());
        } else if (!process.isAlive() && process.exitCode() == GAVE_UP) {
          unready.add(instance.name() + ", which has ended by itself");
        }
      }
    }
    return unready;
  }

  private boolean isReady(Instance instance) throws InterruptedException {
    HostPort management = pipeline.endpoint(instance, "management");
    HttpRequest question =
        HttpRequest.newBuilder(URI.create("http://" + management + "/health/ready"))
            .timeout(Duration.ofSeconds(1))
            .build();
    try {
      return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
