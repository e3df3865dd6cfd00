package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.provider.IngestClient;
import dev.tidings.infra.stack.Progress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A provider that sends, devices that receive, and a ledger, around a running pipeline that is made
 * to fail. For one thread.
 */
public final class Experiment implements AutoCloseable {
  private static final Duration REGISTER_WITHIN = Duration.ofMinutes(1);
  private static final Duration HEAL_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLE_WITHIN = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Progress progress;
  private final Ledger ledger;
  private final Devices devices;
  private final List<IngestClient> ingest;
  private final ProviderLoad load;
  private final Watch watch;

  private Experiment(
      Progress progress,
      Ledger ledger,
      Devices devices,
      List<IngestClient> ingest,
      ProviderLoad load,
      Watch watch) {
    this.progress = progress;
    this.ledger = ledger;
    this.devices = devices;
    this.ingest = ingest;
    this.load = load;
    this.watch = watch;
  }

  /**
   * Connects the devices and starts to send.
   *
   * @param name what the devices' serial numbers begin with: another one for each experiment
   * @param rate notifications a second, to all devices together
   */
  public static Experiment start(
      Pipeline pipeline, String name, int deviceCount, double rate, Progress progress)
      throws InterruptedException {
    var ledger =
        new Ledger(UUID.randomUUID().getMostSignificantBits(), deviceCount, System::nanoTime);
    var devices = new Devices(name, ledger, () -> nodes(pipeline), new SplittableRandom());
    try {
      List<String> tokens = devices.start(REGISTER_WITHIN);
      List<IngestClient> ingest =
          pipeline.instances(TidingsService.INGEST_API).stream()
              .map(instance -> "http://" + pipeline.endpoint(instance, "http"))
              .map(url -> new IngestClient(URI.create(url), Optional.empty()))
              .toList();
      var load = new ProviderLoad(ledger, tokens, ingest, rate);
      var watch = new Watch(pipeline, devices, ledger, load);
      var experiment = new Experiment(progress, ledger, devices, ingest, load, watch);
      load.start();
      return experiment;
    } catch (InterruptedException | RuntimeException e) {
      devices.close();
      throw e;
    }
  }

  private static List<HostPort> nodes(Pipeline pipeline) {
    return pipeline.instances(TidingsService.DELIVERY_NODE).stream()
        .map(instance -> address(pipeline, instance))
        .flatMap(Optional::stream)
        .toList();
  }

  /** A node that is starting for the first time has none yet. */
  private static Optional<HostPort> address(Pipeline pipeline, Instance node) {
    return pipeline.find(node).flatMap(known -> known.find("mqtt")).map(HostPort::local);
  }

  /** The devices, some of which may be told to vanish. */
  Devices devices() {
    return devices;
  }

  /** Waits until every device is served, from now on. */
  public void awaitCalm() throws InterruptedException {
    long now = ledger.now();
    if (watch.awaitHealth(now, HEAL_WITHIN).isEmpty()) {
      throw new IllegalStateException("all is not well: " + watch.complaint(now));
    }
  }

  /** Lets a fault strike, waits for what is left to take over, puts it right, and waits again. */
  public FaultReport undergo(Fault fault) throws InterruptedException {
    long struck = ledger.now();
    fault.strike().run();
    Optional<Duration> survived = Optional.empty();
    if (fault.survivable()) {
      survived = await(fault.name() + ", before repair", struck);
    }
    long rest = fault.lasts().toNanos() - (ledger.now() - struck);
    if (rest > 0) {
      Thread.sleep(Duration.ofNanos(rest));
    }
    long repairing = ledger.now();
    fault.repair().run();
    Optional<Duration> healed = await(fault.name(), repairing);
    long end = healed.map(time -> repairing + time.toNanos()).orElseGet(ledger::now);
    Ledger.Span during = ledger.span(struck, Math.max(end, struck + 1));
    long half = Duration.ofSeconds(30).toNanos();
    Ledger.Span minute = ledger.span(struck - half, struck + half);
    return new FaultReport(
        fault.name(),
        survived,
        fault.survivable(),
        healed,
        during.sent(),
        during.p99(),
        minute.sent(),
        ledger.span(struck, repairing).repeated(),
        ledger.span(repairing, end).repeated());
  }

  private Optional<Duration> await(String what, long since) throws InterruptedException {
    Optional<Duration> time = watch.awaitHealth(since, HEAL_WITHIN);
    if (time.isEmpty()) {
      progress.step(what + ": not healed: " + watch.complaint(since));
    }
    return time;
  }

  /**
   * Sends no more, waits for what the devices that are there are owed, asks the receipts about the
   * rest, and counts.
   */
  public Tally finish() throws InterruptedException {
    load.close();
    long deadline = ledger.now() + SETTLE_WITHIN.toNanos();
    while (isOwing() && ledger.now() < deadline) {
      Thread.sleep(LOOK_EVERY);
    }
    return new Audit(ingest).of(ledger);
  }

  private boolean isOwing() {
    return devices.all().stream()
        .anyMatch(device -> device.isPresent() && ledger.owed(device.number()) > 0);
  }

  @Override
  public void close() {
    load.close();
    devices.close();
    ingest.forEach(IngestClient::close);
    watch.close();
  }
}
