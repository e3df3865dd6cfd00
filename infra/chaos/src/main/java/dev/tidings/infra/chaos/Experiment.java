package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.load.HttpRoute;
import dev.tidings.infra.load.KafkaRoute;
import dev.tidings.infra.load.ProviderLoad;
import dev.tidings.infra.load.ProviderRoute;
import dev.tidings.infra.load.Renewals;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.infra.stack.Progress;
import dev.tidings.provider.IngestClient;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * An experiment on a running pipeline under faults: a provider sends, devices receive and renew
 * their tokens, and a ledger records both. Not thread-safe.
 */
public final class Experiment implements AutoCloseable {
  private static final Duration REGISTER_WITHIN = Duration.ofMinutes(1);
  private static final Duration HEAL_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLE_WITHIN = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Pipeline pipeline;
  private final Progress progress;
  private final Ledger ledger;
  private final Devices devices;
  private final RegistryClient registry;
  private final List<IngestClient> ingest;
  private final ProviderRoute http;
  private final ProviderRoute kafka;
  private final ProviderLoad load;
  private final Renewals renewals;
  private final Watch watch;

  private Experiment(
      Pipeline pipeline,
      Progress progress,
      Ledger ledger,
      Devices devices,
      Conditions conditions,
      Access access) {
    LocalStack stack = pipeline.stack();
    this.pipeline = pipeline;
    this.progress = progress;
    this.ledger = ledger;
    this.devices = devices;
    this.registry =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl())));
    this.ingest =
        pipeline.instances(TidingsService.INGEST_API).stream()
            .map(instance -> "http://" + pipeline.endpoint(instance, "http"))
            .map(url -> new IngestClient(URI.create(url), access.provider()))
            .toList();
    this.http = new HttpRoute(ingest);
    this.kafka = new KafkaRoute(stack.bootstrapServers(), registry);
    this.load =
        new ProviderLoad(ledger, devices, http, kafka, conditions.rate(), conditions.seed());
    this.renewals = new Renewals(devices, conditions.seed());
    this.watch = new Watch(pipeline, devices, ledger, load, conditions.prompt());
  }

  /**
   * Connects the devices and starts to send.
   *
   * @param name the prefix of the devices' serial numbers, different for each experiment
   */
  public static Experiment start(
      Pipeline pipeline, String name, Conditions conditions, Progress progress)
      throws InterruptedException {
    return start(pipeline, name, conditions, Access.OPEN, progress);
  }

  /**
   * Connects the devices and starts to send, where devices or providers have to prove who they are.
   *
   * @param name the prefix of the devices' serial numbers, different for each experiment
   */
  public static Experiment start(
      Pipeline pipeline, String name, Conditions conditions, Access access, Progress progress)
      throws InterruptedException {
    var ledger = new Ledger(conditions.devices(), Devices.APPS.size(), System::nanoTime);
    var devices =
        new Devices(name, access.devices(), ledger, () -> nodes(pipeline), new SplittableRandom());
    try {
      devices.start(REGISTER_WITHIN);
      var experiment = new Experiment(pipeline, progress, ledger, devices, conditions, access);
      experiment.load.start();
      experiment.renewals.start();
      return experiment;
    } catch (InterruptedException | RuntimeException e) {
      devices.close();
      throw e;
    }
  }

  /** Returns the delivery nodes, without one that is starting for the first time. */
  private static List<Endpoints> nodes(Pipeline pipeline) {
    return pipeline.instances(TidingsService.DELIVERY_NODE).stream()
        .flatMap(node -> pipeline.find(node).stream())
        .toList();
  }

  /** Returns the devices, which faults can disconnect. */
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

  /** Injects a fault, waits until the rest has taken over, repairs it, and waits again. */
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
   * Runs a step while no notification is in flight: each accepted one has ended, or waits for an
   * absent device. The step is skipped if that state is not reached.
   */
  void whileNothingIsUnderWay(Fault.Step step) throws InterruptedException {
    load.pause();
    try (var receipts = new ReceiptLog(pipeline.stack().bootstrapServers(), registry)) {
      if (new Audit(ledger, devices, receipts, ingest).awaitSettled()) {
        step.run();
      } else {
        progress.step("something is still under way: left alone");
      }
    } finally {
      load.resume();
    }
  }

  /**
   * Stops sending, waits until the connected devices have confirmed everything, compares with the
   * receipts, and returns the counts.
   */
  public Tally finish() throws InterruptedException {
    return finish(false);
  }

  /**
   * The same, and what the service's own audit has found, which is of all that was accepted since
   * the services began, and takes half a minute more.
   */
  public Tally finishAudited() throws InterruptedException {
    return finish(true);
  }

  private Tally finish(boolean audited) throws InterruptedException {
    load.close();
    renewals.close();
    long deadline = ledger.now() + SETTLE_WITHIN.toNanos();
    while (isOwing() && ledger.now() < deadline) {
      Thread.sleep(LOOK_EVERY);
    }
    try (var receipts = new ReceiptLog(pipeline.stack().bootstrapServers(), registry)) {
      return new Audit(ledger, devices, receipts, ingest).tally(audited);
    }
  }

  private boolean isOwing() {
    return devices.all().stream()
        .anyMatch(device -> device.isPresent() && ledger.owed(device.number()) > 0);
  }

  @Override
  public void close() {
    renewals.close();
    load.close();
    devices.close();
    http.close();
    kafka.close();
    registry.close();
    watch.close();
  }
}
