package dev.tidings.service.context;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.SchemaFiles;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.UnwritablePartition;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.installation.Installation;
import dev.tidings.service.installation.Member;
import dev.tidings.service.kafka.LogLiveness;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.management.ManagementServer;
import dev.tidings.service.management.Metrics;
import dev.tidings.service.management.ThreadDeaths;
import dev.tidings.service.start.Prerequisites;
import dev.tidings.service.start.TopicAccess;
import dev.tidings.service.start.TopicWatch;
import dev.tidings.service.start.TopicsFound;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The part of a service's start that is the same for all: health and metrics first, so that whoever
 * asks learns what is waited for; then the topics, the installation and the schema registry; last
 * what watches the log. Each piece stops in the opposite order. For the thread that starts the
 * service.
 */
public final class ServiceContext {
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Threads of every service that nothing replaces; {@code installation} is another. */
  private static final String[] VITAL_THREADS = {
    "kafka-threads",
    "log-liveness",
    "management-accept",
    "registry-watch",
    "revocation-lists",
    "stream-threads",
    "tables-anew",
    "tls-reload",
    "topic-watch"
  };

  private final Config config;
  private final Lifecycle lifecycle;
  private final Clock clock = Clock.systemUTC();
  private final ServiceInstance instance;
  private final PrometheusMeterRegistry metrics;
  private final Prerequisites prerequisites;
  private final Readiness readiness = new Readiness();
  private final DamagedPartitions damaged;
  private final ManagementServer management;
  private volatile Supplier<List<UnwritablePartition>> unwritable = List::of;
  private volatile boolean started;

  private ServiceContext(
      Config config,
      Lifecycle lifecycle,
      ServiceInstance instance,
      String managementHost,
      int managementPort)
      throws IOException {
    this.config = config;
    this.lifecycle = lifecycle;
    this.instance = instance;
    this.metrics = Metrics.registry(instance.service());
    this.damaged = instance.clients().damaged();
    damaged.bindTo(metrics);
    lifecycle.onDeath(new ThreadDeaths(metrics));
    lifecycle.vital(VITAL_THREADS);
    this.prerequisites = new Prerequisites(config.get(LogSettings.START_TIMEOUT));
    readiness.add("start", this::startHealth);
    this.management = ManagementServer.start(managementHost, managementPort, metrics, readiness);
    lifecycle.onStop("management", SOON, management::close);
  }

  /**
   * Opens the management port, which answers "not ready" until {@link #started}.
   *
   * @param managementPort 0 for any free one
   */
  public static ServiceContext open(
      Config config,
      Lifecycle lifecycle,
      ServiceInstance instance,
      String managementHost,
      int managementPort)
      throws IOException {
    return new ServiceContext(config, lifecycle, instance, managementHost, managementPort);
  }

  private Health startHealth() {
    return started
        ? Health.healthy()
        : Health.unhealthy(
            prerequisites.waitingFor().map(what -> "waiting: " + what).orElse("still starting"));
  }

  public Clock clock() {
    return clock;
  }

  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** Returns what the guarded consumers of this service report to. */
  public DamagedPartitions damaged() {
    return damaged;
  }

  public Prerequisites prerequisites() {
    return prerequisites;
  }

  public Readiness readiness() {
    return readiness;
  }

  /** Waits for these topics; as {@link Prerequisites#awaitTopics}. */
  public TopicsFound awaitTopics(List<LogTopic<?>> topics) throws InterruptedException {
    return prerequisites.awaitTopics(instance.clients(), instance.topics().all(topics));
  }

  /**
   * Joins the installation that the log belongs to, and watches it from then on.
   *
   * @param keys the token keys of this process, if it has any
   * @param mints whether it makes tokens
   * @throws IllegalStateException if the log belongs to another installation, or its other
   *     processes have other keys
   */
  public Installation join(TopicsFound topics, Optional<TokenKeys> keys, boolean mints)
      throws InterruptedException {
    lifecycle.vital("installation");
    Installation installation =
        Installation.join(
            instance.clients(),
            instance.topics().of(LogTopics.CONTROL),
            new Member(config.get(LogSettings.INSTALLATION_ID), keys, mints),
            topics,
            prerequisites,
            clock);
    lifecycle.onStop("installation", SOON, installation::close);
    readiness.add("installation", () -> Health.unless(installation.wrong()));
    if (keys.isPresent()) {
      Gauge.builder("tidings.token.keys.missing", installation, Installation::missingKeys)
          .description("Token keys that other processes have and this one has not.")
          .register(metrics);
    }
    return installation;
  }

  /**
   * Opens the schema registry's client and waits until the registry has the schemas that this
   * service writes. Requests that must not keep their callers run on virtual threads, which end
   * with the client: it makes their requests fail.
   *
   * <p>From then on the registry is held against what it said before.
   *
   * @param installation has recorded which schemas its log is written with
   * @param state the directory of the process; the schemas that were fetched are kept in it
   */
  public RegistryClient registry(Installation installation, Path state, List<LogTopic<?>> written)
      throws InterruptedException {
    RegistryConfig registries = registryConfig();
    RegistryClient registry =
        new RegistryClient(
            registries,
            installation.schemas(new SchemaFiles(state.resolve("schemas"), registries)),
            lookup -> Thread.ofVirtual().name("schema-lookup").start(lookup));
    RegistryWatch watch = new RegistryWatch(registry);
    lifecycle.onStop(
        "registry client",
        SOON,
        () -> {
          watch.close();
          registry.close();
        });
    FunctionCounter.builder("tidings.registry.unanswered", registry, RegistryClient::unanswered)
        .description("How often all schema registries were asked, and none answered.")
        .register(metrics);
    prerequisites.awaitSchemas(registry, instance.topics().all(written));
    installation.writesWith(registry.written());
    watch.start(metrics);
    readiness.add("schemas", () -> Health.unless(registry.wrong()));
    return registry;
  }

  private RegistryConfig registryConfig() {
    try {
      return RegistryConfig.of(LogSettings.registry(config));
    } catch (org.apache.kafka.common.config.ConfigException e) {
      throw ConfigException.because(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Watches the log: whether a broker answers, and whether the topics are as they were found and
   * may be used.
   *
   * @param answered run after each answer, in the thread that asks
   * @param recreated receives the name of each topic that was deleted and created again
   */
  public void watchLog(
      TopicsFound topics, TopicAccess access, Runnable answered, Consumer<String> recreated) {
    LogLiveness liveness =
        LogLiveness.start(instance.clients(), answered, lifecycle::fail, clock, metrics);
    lifecycle.onStop("log liveness", SOON, liveness::close);
    readiness.add("broker", liveness);
    TopicWatch watch =
        TopicWatch.start(instance.clients(), topics, access.named(instance.topics()), recreated);
    lifecycle.onStop("topic watch", SOON, watch::close);
    readiness.add("topics", () -> Health.unless(watch.wrong()));
    unwritable = watch::unwritable;
    Gauge.builder(
            "tidings.kafka.partitions.unwritable", watch, looking -> looking.unwritable().size())
        .description("Partitions of this service's topics that take no records.")
        .register(metrics);
    Gauge.builder("tidings.kafka.partitions.leaderless", watch, TopicWatch::leaderless)
        .description("Partitions of this service's topics that no broker leads.")
        .register(metrics);
  }

  /**
   * Returns the partitions of its topics that take no records now; none before they are watched.
   */
  public List<UnwritablePartition> unwritable() {
    return unwritable.get();
  }

  /**
   * The service is ready, if its other checks agree.
   *
   * @param addresses where it listens, by the port's name; the management port is added
   */
  public void started(Map<String, String> addresses) {
    started = true;
    Map<String, String> all = new TreeMap<>(addresses);
    all.put("management", management.address());
    lifecycle.started(all);
  }
}
