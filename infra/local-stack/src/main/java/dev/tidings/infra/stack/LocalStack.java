package dev.tidings.infra.stack;

import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.infra.ports.FreshPorts;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One or several running brokers, and a running registry.
 *
 * <p>Both end when the stack is closed, and also when this process ends in any way. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final StackOptions options;
  private final DataDirectory data;
  private final BrokerCluster cluster;
  private final Registry registry;
  private final Children children;
  private final Map<Integer, ChildProcess> brokerProcesses = new ConcurrentHashMap<>();
  private volatile @Nullable ChildProcess registryProcess;

  private LocalStack(
      StackOptions options, DataDirectory data, BrokerCluster cluster, Registry registry) {
    this.options = options;
    this.data = data;
    this.cluster = cluster;
    this.registry = registry;
    this.children = new Children(STOP_PATIENCE);
  }

  /**
   * Starts both in parallel and waits until they can be used. After a failure nothing is left
   * running.
   *
   * @throws StackException if another stack uses the data directory, or something has not been
   *     built
   * @throws dev.tidings.infra.ports.PortsTakenException if a port is taken
   * @throws dev.tidings.infra.process.ChildFailedException if one does not come up
   */
  public static LocalStack start(StackOptions options) throws InterruptedException {
    return FreshPorts.start(() -> startOnce(options));
  }

  private static LocalStack startOnce(StackOptions options) throws InterruptedException {
    LocalStack stack = prepare(options);
    try {
      stack.start();
      return stack;
    } catch (InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** Locks the data and chooses the ports. Nothing runs yet; {@link #close} unlocks the data. */
  public static LocalStack prepare(StackOptions options) {
    DataDirectory data = DataDirectory.open(options.data());
    try {
      var wanted = new ArrayList<>(options.wantedPorts());
      wanted.addAll(BrokerCluster.wantedPorts(options.brokers()));
      wanted.add(new Ports.Wanted("registry management", "--registry-port", 0));
      Ports.Settled ports = Ports.settle(wanted);
      return new LocalStack(
          options,
          data,
          BrokerCluster.of(options.brokers(), options.brokerSettings(), data, ports),
          new Registry(data.registry(), ports.get("registry"), ports.get("registry management")));
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /** Starts what {@link #prepare} prepared, and waits until it can be used. */
  public void start() throws InterruptedException {
    launch();
    awaitBroker();
    awaitRegistry();
  }

  /** Starts all; {@link #awaitBroker} and {@link #awaitRegistry} wait until they can be used. */
  public void launch() {
    cluster.brokers().forEach(broker -> launchBroker(broker.id()));
    launchRegistry();
  }

  /** Starts the registry, or starts it again after it has ended. */
  public void launchRegistry() {
    registryProcess =
        children.start(
            registry
                .command(options.checkout(), data.log("schema-registry"))
                .withTemporaryFilesIn(data.temporary()));
  }

  /** Waits until every broker can be used. */
  public void awaitBroker() throws InterruptedException {
    for (Broker broker : cluster.brokers()) {
      awaitBroker(broker.id());
    }
  }

  /** Waits until one broker is part of the cluster. */
  public void awaitBroker(int number) throws InterruptedException {
    Broker broker = cluster.broker(number);
    HealthWait.awaitBroker(broker(number), number, broker.address(), START_PATIENCE);
    options.progress().step("broker is up: " + broker.address());
  }

  /** Waits until the registry can be used. */
  public void awaitRegistry() throws InterruptedException {
    HealthWait.awaitRegistry(registry(), registry.url(), START_PATIENCE);
    options.progress().step("schema registry is up: " + registry.url());
  }

  /**
   * Starts the broker again after it has ended, on the same port with the same data, and waits
   * until it is up.
   */
  public void restartBroker() throws InterruptedException {
    launchBroker(1);
    awaitBroker(1);
  }

  /** Starts a broker, or starts it again after it has ended; its port and its data stay. */
  public void launchBroker(int number) {
    Broker broker = cluster.broker(number);
    brokerProcesses.put(
        number,
        children.start(
            cluster
                .command(
                    broker, options.checkout(), options.brokerJvmOptions(), data.log(broker.name()))
                .withTemporaryFilesIn(data.temporary())));
  }

  /** Returns the process of the first broker: a test may kill it. */
  public ChildProcess broker() {
    return broker(1);
  }

  /**
   * Returns a broker's process.
   *
   * @param number from 1 to {@link #brokers}
   */
  public ChildProcess broker(int number) {
    return Objects.requireNonNull(brokerProcesses.get(number), "not started");
  }

  /** Returns the number of brokers, running or not. */
  public int brokers() {
    return cluster.brokers().size();
  }

  /** Returns the registry's process. */
  public ChildProcess registry() {
    return Objects.requireNonNull(registryProcess, "not started");
  }

  /** Returns all processes, each as it was started last. */
  public List<ChildProcess> processes() {
    var all = new ArrayList<>(brokerProcesses.values());
    all.add(registry());
    return all;
  }

  /** Returns the address for Kafka clients. */
  public String bootstrapServers() {
    return cluster.bootstrapServers();
  }

  /** Returns the registry's base URL, for {@code schema.registry.url}. */
  public String registryUrl() {
    return registry.url();
  }

  /** Returns the data directory. */
  public Path dataDirectory() {
    return options.data();
  }

  /** Returns the directory of a service, by name; it is kept over restarts. */
  public Path serviceDirectory(String name) {
    return data.service(name);
  }

  /** Returns the directory for temporary files, which is emptied at every start. */
  public Path temporaryDirectory() {
    return data.temporary();
  }

  /** Writes the settings of a service, by name, to a file that only this user can read. */
  public Path writeSettings(String name, Map<String, String> settings) {
    return data.writeSettings(name, settings);
  }

  /** Returns the log file of a child, by name. */
  public Path log(String name) {
    return data.log(name);
  }

  /** Returns the token keys of this stack's services, which are created once. */
  public String tokenKeys() {
    return data.tokenKeys();
  }

  /** The certificates of this stack's services; made when first asked for. */
  public StackCertificates certificates() {
    return data.certificates();
  }

  /** Cancels the creation of caches, so that its processes end fast. */
  public void dropCaches() {
    children.dropCaches();
  }

  /** Whether the end will take longer, because caches are created. */
  public boolean isMakingCaches() {
    return children.areMakingCaches();
  }

  /** Stops both and unlocks the data directory; idempotent, also while {@link #start()} runs. */
  @Override
  public void close() {
    children.close();
    data.close();
  }
}
