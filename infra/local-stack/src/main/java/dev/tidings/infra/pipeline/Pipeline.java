package dev.tidings.infra.pipeline;

import dev.tidings.infra.ports.FreshPorts;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The running pipeline: broker, registry, and the services, one process of each or several.
 *
 * <p>Thread-safe. All processes end when this is closed, and also when this process ends in any
 * way.
 */
public final class Pipeline implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final PipelineOptions options;
  private final LocalStack stack;
  private final Children services = new Children(STOP_PATIENCE);
  private final Map<Instance, ChildProcess> processes = new ConcurrentHashMap<>();
  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final Map<Instance, Endpoints> endpoints = new ConcurrentHashMap<>();
  private volatile boolean started;

  private Pipeline(PipelineOptions options, LocalStack stack) {
    this.options = options;
    this.stack = stack;
  }

  /** Starts everything and waits until it is ready. After a failure nothing is left running. */
  public static Pipeline start(PipelineOptions options) throws InterruptedException {
    return FreshPorts.start(() -> startOnce(options));
  }

  private static Pipeline startOnce(PipelineOptions options) throws InterruptedException {
    Pipeline pipeline = prepare(options);
    try {
      pipeline.start();
      return pipeline;
    } catch (InterruptedException | RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  /**
   * Checks that all ports are free and locks the data. Nothing runs yet; {@link #close} unlocks the
   * data.
   *
   * @throws dev.tidings.infra.ports.PortsTakenException if ports are taken; it names all of them
   */
  public static Pipeline prepare(PipelineOptions options) {
    var wanted = new ArrayList<>(options.stack().wantedPorts());
    wanted.addAll(options.ports().toCheck());
    Ports.check(wanted);
    for (TidingsService service : TidingsService.values()) {
      service.requireBuilt(options.stack().checkout());
    }
    return new Pipeline(options, LocalStack.prepare(options.stack()));
  }

  /** Starts what {@link #prepare} prepared, and waits until it is ready. */
  public void start() throws InterruptedException {
    StartWatch watch = new StartWatch();
    try {
      start(watch);
    } catch (InterruptedException | RuntimeException e) {
      ChildFailedException first = watch.end().orElse(null);
      if (first != null) {
        first.addSuppressed(e);
        throw first;
      }
      throw e;
    }
    ChildFailedException first = watch.end().orElse(null);
    if (first != null) {
      throw first;
    }
    started = true;
  }

  private void start(StartWatch watch) throws InterruptedException {
    stack.launch();
    stack.processes().forEach(watch::watch);
    // The first time they are made, which takes a moment: the broker needs longer.
    stack.certificates();
    stack.awaitBroker();
    // The services wait for topics, registry and schemas themselves, and their JVMs start
    // meanwhile.
    // The one with most to wait for first. Before the broker is up they would only slow it down.
    List<Instance> all = options.all();
    for (Instance instance : all.reversed()) {
      launch(instance);
      watch.watch(process(instance));
    }
    var provisioning =
        new Provisioning(stack, options.names(), options.partitions(), options.stack().progress());
    provisioning.topics();
    stack.awaitRegistry();
    provisioning.schemas();
    for (Instance instance : all) {
      awaitReady(instance);
    }
  }

  /**
   * Starts a process, or starts it again after it has ended, with its settings, state and ports.
   * {@link #awaitReady} waits until it can be used.
   */
  public void launch(Instance instance) {
    Map<String, String> settings = new TreeMap<>(options.settingsOf(instance));
    settings.replaceAll((name, value) -> isAnyPort(name, value) ? port(instance, name) : value);
    processes.put(
        instance,
        services.start(
            instance
                .service()
                .command(
                    stack,
                    options.stack().checkout(),
                    instance.name(),
                    settings,
                    options.jvmOptionsOf(instance.service()))
                .withEnvironment(options.environmentOf(instance.service()))));
  }

  private static boolean isAnyPort(String name, String value) {
    return name.endsWith(".port") && value.equals("0");
  }

  /**
   * Chooses a free port that stays free while the process is down, and the same one at every start,
   * since others know the process by it.
   */
  private String port(Instance instance, String setting) {
    return Integer.toString(ports.computeIfAbsent(instance + " " + setting, anew -> Ports.free()));
  }

  /** Waits until a launched process reports that it is ready. */
  public void awaitReady(Instance instance) throws InterruptedException {
    endpoints.put(instance, new ServiceProcess(process(instance)).awaitReady(START_PATIENCE));
    options.stack().progress().step(instance + " is ready");
  }

  /** Starts an ended process again, and waits until it is ready. */
  public void restart(Instance instance) throws InterruptedException {
    launch(instance);
    awaitReady(instance);
  }

  /** Does the same for the first process of a service. */
  public void restart(TidingsService service) throws InterruptedException {
    restart(Instance.first(service));
  }

  /** Returns every process of a service that was ever launched, running or not, by number. */
  public List<Instance> instances(TidingsService service) {
    return processes.keySet().stream()
        .filter(instance -> instance.service() == service)
        .sorted()
        .toList();
  }

  public LocalStack stack() {
    return stack;
  }

  /** Returns the names of the topics. */
  public TopicNames names() {
    return options.names();
  }

  /** Returns a process. */
  public ChildProcess process(Instance instance) {
    return Objects.requireNonNull(processes.get(instance), instance.name());
  }

  /** Returns the first process of a service. */
  public ChildProcess process(TidingsService service) {
    return process(Instance.first(service));
  }

  /**
   * Returns the addresses of a process, also after its end; empty until it was ready for the first
   * time.
   */
  public Optional<Endpoints> find(Instance instance) {
    return Optional.ofNullable(endpoints.get(instance));
  }

  /** Returns the addresses of a process, also after its end. */
  public Endpoints endpoints(Instance instance) {
    return Objects.requireNonNull(endpoints.get(instance), instance.name());
  }

  /** Returns the addresses of the first process of a service. */
  public Endpoints endpoints(TidingsService service) {
    return endpoints(Instance.first(service));
  }

  /** Returns an address of a process by name, for a program on this machine. */
  public HostPort endpoint(Instance instance, String name) {
    return endpoints(instance).get(name).local();
  }

  /** Returns an address of the first process of a service by name. */
  public HostPort endpoint(TidingsService service, String name) {
    return endpoint(Instance.first(service), name);
  }

  /** Returns a future that completes with the first process that ends. */
  public CompletableFuture<ChildProcess> firstEnd() {
    return CompletableFuture.anyOf(
            Stream.concat(stack.processes().stream(), processes.values().stream())
                .map(ChildProcess::end)
                .toArray(CompletableFuture<?>[]::new))
        .thenApply(ChildProcess.class::cast);
  }

  /**
   * Kills everything at once, as a power cut would; {@link #close} then has nothing to wait for.
   */
  public void kill() {
    processes.values().forEach(ChildProcess::kill);
    stack.processes().forEach(ChildProcess::kill);
  }

  /** Stops the services, then what is below them; idempotent, also while {@link #start()} runs. */
  @Override
  public void close() {
    if (!started) {
      // They have not loaded all classes yet, so a cache would be incomplete.
      services.dropCaches();
      stack.dropCaches();
    } else if (services.areMakingCaches() || stack.isMakingCaches()) {
      options
          .stack()
          .progress()
          .step("stopping: what was loaded is kept for the next start, which takes a while, once");
    }
    services.close();
    stack.close();
  }
}
