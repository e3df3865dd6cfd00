package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.Ports;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The running pipeline: broker, registry, and the services, one process of each or several.
 *
 * <p>Thread-safe. All of it ends when this is closed, and also when this process ends in any way.
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
  private final Set<Integer> given = ConcurrentHashMap.newKeySet();
  private volatile boolean started;

  private Pipeline(PipelineOptions options, LocalStack stack) {
    this.options = options;
    this.stack = stack;
    given.addAll(stack.ports());
  }

  /**
   * Starts everything and waits until all of it is ready. If anything fails, nothing is left
   * running.
   */
  public static Pipeline start(PipelineOptions options) throws InterruptedException {
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
   * Checks that all ports are free and locks the data. Nothing runs yet; {@link #close} gives the
   * data back.
   *
   * @throws dev.tidings.infra.process.PortsTakenException if ports are taken; it names all of them
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

  /** Starts what {@link #prepare} prepared, and waits until all of it is ready. */
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
    stack.awaitBroker();
    // The services wait for topics, registry and schemas themselves, and their JVMs start
    // meanwhile.
    // The one with most to wait for first. Before the broker is up they would only be in its way.
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
   * Starts a process, or starts it again after it has ended, with the settings, the state and the
   * ports it had. {@link #awaitReady} tells when it can be used.
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
   * Any port that stays free while the process is down, and the same one every time, for those who
   * know it by that.
   */
  private String port(Instance instance, String setting) {
    return Integer.toString(ports.computeIfAbsent(instance + " " + setting, anew -> anyPort()));
  }

  /** Returns a free port, excluding those assigned to processes that do not listen yet. */
  private int anyPort() {
    int port = Ports.free();
    while (!given.add(port)) {
      port = Ports.free();
    }
    return port;
  }

  /** Waits until a process that was launched says that it is ready. */
  public void awaitReady(Instance instance) throws InterruptedException {
    endpoints.put(instance, new ServiceProcess(process(instance)).awaitReady(START_PATIENCE));
    options.stack().progress().step(instance + " is ready");
  }

  /** Starts a process again that has ended, and waits until it is ready. */
  public void restart(Instance instance) throws InterruptedException {
    launch(instance);
    awaitReady(instance);
  }

  /** The same for the first of a service. */
  public void restart(TidingsService service) throws InterruptedException {
    restart(Instance.first(service));
  }

  /** Every process of a service that was ever launched, running or not, by number. */
  public List<Instance> instances(TidingsService service) {
    return processes.keySet().stream()
        .filter(instance -> instance.service() == service)
        .sorted()
        .toList();
  }

  public LocalStack stack() {
    return stack;
  }

  /** A process. */
  public ChildProcess process(Instance instance) {
    return Objects.requireNonNull(processes.get(instance), instance.name());
  }

  /** The first process of a service. */
  public ChildProcess process(TidingsService service) {
    return process(Instance.first(service));
  }

  /** Where a process listens, or did; empty until it was ready for the first time. */
  public Optional<Endpoints> find(Instance instance) {
    return Optional.ofNullable(endpoints.get(instance));
  }

  /** Where a process listens, or did. */
  public Endpoints endpoints(Instance instance) {
    return Objects.requireNonNull(endpoints.get(instance), instance.name());
  }

  /** Where the first process of a service listens. */
  public Endpoints endpoints(TidingsService service) {
    return endpoints(Instance.first(service));
  }

  /** Where a process listens under that name, for a program on this machine. */
  public HostPort endpoint(Instance instance, String name) {
    return endpoints(instance).get(name).local();
  }

  /** Where the first process of a service listens under that name. */
  public HostPort endpoint(TidingsService service, String name) {
    return endpoint(Instance.first(service), name);
  }

  /** Completed with the first process to end, as soon as one does. */
  public CompletableFuture<ChildProcess> firstEnd() {
    return CompletableFuture.anyOf(
            Stream.concat(stack.processes().stream(), processes.values().stream())
                .map(ChildProcess::end)
                .toArray(CompletableFuture<?>[]::new))
        .thenApply(ChildProcess.class::cast);
  }

  /** Ends everything at once, as a power cut would; {@link #close} has nothing left to wait for. */
  public void kill() {
    processes.values().forEach(ChildProcess::kill);
    stack.processes().forEach(ChildProcess::kill);
  }

  /**
   * Ends the services, then what is below them; idempotent, also while {@link #start()} is under
   * way.
   */
  @Override
  public void close() {
    if (!started) {
      // They have not yet loaded the classes that the next start needs.
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
