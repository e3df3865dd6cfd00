package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.Ports;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The running pipeline: broker, registry, and one process of each service.
 *
 * <p>Thread-safe. All of it ends when this is closed, and also when this process ends in any way.
 */
public final class Pipeline implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final PipelineOptions options;
  private final LocalStack stack;
  private final Children services = new Children(STOP_PATIENCE);
  private final Map<TidingsService, ChildProcess> processes = new ConcurrentHashMap<>();
  private final Map<TidingsService, Endpoints> endpoints = new ConcurrentHashMap<>();

  private Pipeline(PipelineOptions options, LocalStack stack) {
    this.options = options;
    this.stack = stack;
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
    stack.launch();
    stack.awaitBroker();
    var provisioning = new Provisioning(stack, options.stack().progress());
    provisioning.topics();
    // The services wait for the registry themselves, and their JVMs start meanwhile.
    for (TidingsService service : TidingsService.values()) {
      launch(service);
    }
    stack.awaitRegistry();
    provisioning.schemas();
    for (TidingsService service : TidingsService.values()) {
      awaitReady(service);
    }
  }

  private void launch(TidingsService service) {
    processes.put(
        service,
        services.start(
            service.command(
                stack,
                options.stack().checkout(),
                service.command(),
                options.settingsOf(service),
                options.jvmOptions())));
  }

  private void awaitReady(TidingsService service) throws InterruptedException {
    endpoints.put(service, new ServiceProcess(process(service)).awaitReady(START_PATIENCE));
    options.stack().progress().step(service.command() + " is ready");
  }

  /** Starts a service again that has ended, with the settings and the state it had. */
  public void restart(TidingsService service) throws InterruptedException {
    launch(service);
    awaitReady(service);
  }

  public LocalStack stack() {
    return stack;
  }

  /** The process of a service. */
  public ChildProcess process(TidingsService service) {
    return Objects.requireNonNull(processes.get(service), service.command());
  }

  /** Where a service listens. */
  public Endpoints endpoints(TidingsService service) {
    return Objects.requireNonNull(endpoints.get(service), service.command());
  }

  /** Where a service listens under that name, for a program on this machine. */
  public HostPort endpoint(TidingsService service, String name) {
    return endpoints(service).get(name).local();
  }

  /** Completed with the first process to end, as soon as one does. */
  public CompletableFuture<ChildProcess> firstEnd() {
    return CompletableFuture.anyOf(
            Stream.concat(Stream.of(stack.broker(), stack.registry()), processes.values().stream())
                .map(ChildProcess::end)
                .toArray(CompletableFuture<?>[]::new))
        .thenApply(ChildProcess.class::cast);
  }

  /**
   * Ends the services, then what is below them; idempotent, also while {@link #start()} is under
   * way.
   */
  @Override
  public void close() {
    services.close();
    stack.close();
  }
}
