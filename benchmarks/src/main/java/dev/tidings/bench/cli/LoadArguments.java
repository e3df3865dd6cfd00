package dev.tidings.bench.cli;

import dev.tidings.bench.access.DeviceIssuer;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.device.DeviceSetup;
import dev.tidings.bench.provider.LineProvider;
import dev.tidings.bench.provider.LogProvider;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.PushProvider;
import dev.tidings.bench.provider.Recipients;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.Tenant;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the load: the devices, and what they are sent. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class LoadArguments {
  static final String APP = "com.example.bench";

  private static final String TEAM = "BENCH00000";

  private static final Duration CONNECT_PATIENCE = Duration.ofMinutes(3);
  private static final int CONNECTING_AT_ONCE = 256;

  @Option(
      names = "--devices",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "10000",
      description = "Connected devices (default: ${DEFAULT-VALUE}).")
  int devices;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      converter = Numbers.PayloadBytes.class,
      defaultValue = "300",
      description =
          "Bytes of each notification's payload, at least 48" + " (default: ${DEFAULT-VALUE}).")
  int payload;

  @Option(
      names = "--hot",
      paramLabel = "PERCENT",
      converter = Numbers.Percent.class,
      defaultValue = "0",
      description =
          "How much of all is for one device; the others share the rest (default:"
              + " ${DEFAULT-VALUE}).")
  int hot;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      converter = Numbers.NotNegative.class,
      defaultValue = "30",
      description =
          "Seconds under load that do not count, as fast as devices confirm (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--settle",
      paramLabel = "S",
      converter = Numbers.NotNegative.class,
      defaultValue = "5",
      description =
          "Seconds at the rate, after those, that do not count either (default:"
              + " ${DEFAULT-VALUE}).")
  int settle;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "30",
      description = "Seconds that count (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--loops",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1",
      description = "Event loops of the simulated devices (default: ${DEFAULT-VALUE}).")
  int loops;

  @Option(
      names = "--connections",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "4",
      description = "HTTP/2 connections of the provider (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--no-memory",
      description = "Does not look at the processes' memory in the end, which collects garbage.")
  boolean noMemory;

  /** Most devices cannot be redirected; with several nodes, the relay would be measured too. */
  static DeviceSetup setup(TestBed testBed) {
    boolean several = testBed.nodes().size() > 1;
    return new DeviceSetup("bench-", APP, true, several, CONNECTING_AT_ONCE)
        .with(testBed.deviceKeys().map(LoadArguments::issuer));
  }

  private static DeviceIssuer issuer(Path directory) {
    try {
      return DeviceIssuer.read(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns devices that are connected and registered. */
  DeviceFleet connect(TestBed testBed) throws InterruptedException {
    return connect(testBed, setup(testBed), devices);
  }

  /** Returns devices with this configuration, connected and registered. */
  DeviceFleet connect(TestBed testBed, DeviceSetup setup, int count) throws InterruptedException {
    var fleet = new DeviceFleet(setup, count, testBed.nodes(), loops);
    fleet.connect();
    fleet.awaitConnected(count, CONNECT_PATIENCE);
    return fleet;
  }

  private Recipients recipients(TestBed testBed) {
    return new Recipients(testBed.tokens(setup(testBed)::name, devices, APP), hot);
  }

  /** Returns a provider that writes to Kafka. */
  Provider logProvider(TestBed testBed, int lingerMillis) {
    return logProvider(testBed, recipients(testBed), payload, lingerMillis);
  }

  /** Returns a provider that writes to Kafka, to these devices. */
  static Provider logProvider(
      TestBed testBed, Recipients recipients, int payloadBytes, int lingerMillis) {
    return logProvider(testBed, recipients, payloadBytes, lingerMillis, false);
  }

  /** Returns a provider that writes to Kafka, before each is meant to be sent. */
  LogProvider scheduler(TestBed testBed) {
    return logProvider(
        testBed, recipients(testBed), payload, KafkaCommand.BUSY_LINGER_MILLIS, true);
  }

  private static LogProvider logProvider(
      TestBed testBed,
      Recipients recipients,
      int payloadBytes,
      int lingerMillis,
      boolean scheduled) {
    return new LogProvider(
        testBed.pipeline().stack().bootstrapServers(),
        testBed.pipeline().stack().registryUrl(),
        APP,
        recipients,
        payloadBytes,
        lingerMillis,
        scheduled);
  }

  /** Returns a provider that uses the APNs endpoint. */
  Provider pushProvider(TestBed testBed) throws InterruptedException, IOException {
    return pushProvider(testBed, authorization(testBed));
  }

  /** Returns one with this header. */
  Provider pushProvider(TestBed testBed, Optional<String> authorization)
      throws InterruptedException {
    return new PushProvider(
        testBed.ingest(), APP, authorization, recipients(testBed), connections, payload);
  }

  /** Makes the team that sends, where providers have to prove who they are. To be called once. */
  static Optional<String> authorization(TestBed testBed) throws InterruptedException, IOException {
    return testBed.deviceKeys().isEmpty()
        ? Optional.empty()
        : Optional.of(Tenant.make(testBed, TEAM, APP, 0).authorization());
  }

  /**
   * Returns a provider that sends everything in one REST request. It collects lines for as long as
   * one that writes to Kafka collects records.
   */
  Provider lineProvider(TestBed testBed) throws InterruptedException, IOException {
    return new LineProvider(
        testBed.ingest(),
        APP,
        authorization(testBed),
        recipients(testBed),
        payload,
        Duration.ofMillis(KafkaCommand.BUSY_LINGER_MILLIS));
  }

  /** Returns a load with this rate; 0: as fast as confirmations arrive. */
  Load load(double rate, int window) {
    return new Load(
        rate,
        window,
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(settle),
        Duration.ofSeconds(seconds),
        !noMemory);
  }

  /** Adds these options to the results. */
  Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("devices", devices);
    all.put("payload", payload);
    if (hot > 0) {
      all.put("hot", hot);
    }
    return all;
  }
}
