package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Running brokers, one or several, and a running registry.
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
  private final Set<Integer> ports;
  private final Map<Integer, ChildProcess> brokerProcesses = new ConcurrentHashMap<>();
  private volatile @Nullable ChildProcess registryProcess;

  private LocalStack(
      StackOptions options,
      DataDirectory data,
      BrokerCluster cluster,
      Registry registry,
      Ports.Settled ports) {
    this.options = options;
    this.data = data;
    this.cluster = cluster;
    this.registry = registry;
    this.children = new Children(STOP_PATIENCE);
    this.ports = Set.copyOf(ports.byName().values());
  }

  /**
   * Starts both side by side and waits until they can be used. If one of them fails, nothing is
   * left running.
   *
   * @throws StackException if another stack uses the data directory, or something has not been
   *     built
   * @throws dev.tidings.infra.process.PortsTakenException if a port is taken
   * @throws dev.tidings.infra.process.ChildFailedException if one does not come up
   */
  public static LocalStack start(StackOptions options) throws InterruptedException {
    LocalStack stack = prepare(options);
    try {
      stack.start();
      return stack;
    } catch (InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** Locks the data and settles the ports. Nothing runs yet; {@link #close} gives the data back. */
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
          new Registry(data.registry(), ports.get("registry"), ports.get("registry management")),
          ports);
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

  /** Starts all; {@link #awaitBroker} and {@link #awaitRegistry} tell when they can be used. */
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

  /** The only broker's process, or the first's: to be killed, in a test of what happens then. */
  public ChildProcess broker() {
    return broker(1);
  }

  /**
   * A broker's process.
   *
   * @param number from 1 to {@link #brokers}
   */
  public ChildProcess broker(int number) {
    return Objects.requireNonNull(brokerProcesses.get(number), "not started");
  }

  /** How many brokers there are, running or not. */
  public int brokers() {
    return cluster.brokers().size();
  }

  /** The registry's process. */
  public ChildProcess registry() {
    return Objects.requireNonNull(registryProcess, "not started");
  }

  /** All of the stack's processes, as they were started last. */
  public List<ChildProcess> processes() {
    var all = new ArrayList<>(brokerProcesses.values());
    all.add(registry());
    return all;
  }

  /** The ports it was given, whether or not anybody listens on them yet. */
  public Set<Integer> ports() {
    return ports;
  }

  /** What a Kafka client connects to. */
  public String bootstrapServers() {
    return cluster.bootstrapServers();
  }

  /** The registry's base URL, for {@code schema.registry.url}. */
  public String registryUrl() {
    return registry.url();
  }

  /** Where everything is kept. */
  public Path dataDirectory() {
    return options.data();
  }

  /** A directory of its own for the service of that name; its state stays there. */
  public Path serviceDirectory(String name) {
    return data.service(name);
  }

  /** A directory for temporary files, emptied at every start. */
  public Path temporaryDirectory() {
    return data.temporary();
  }

  /** Writes the settings of the service of that name to a file that this user alone can read. */
  public Path writeSettings(String name, Map<String, String> settings) {
    return data.writeSettings(name, settings);
  }

  /** The log file of the child of that name. */
  public Path log(String name) {
    return data.log(name);
  }

  /** The token keys of this stack's services; made when first asked for, the same ever after. */
  public String tokenKeys() {
    return data.tokenKeys();
  }

  /** Has its processes keep nothing of what they have loaded, so that they end fast. */
  public void dropCaches() {
    children.dropCaches();
  }

  /** Whether ending will take longer, for caches are made. */
  public boolean isMakingCaches() {
    return children.areMakingCaches();
  }

  /**
   * Ends both and gives the data directory back; idempotent, also while {@link #start()} is under
   * way.
   */
  @Override
  public void close() {
    children.close();
    data.close();
  }
}
