package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A running broker and a running registry.
 *
 * <p>Both end when the stack is closed, and also when this process ends in any way. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final StackOptions options;
  private final DataDirectory data;
  private final Broker broker;
  private final Registry registry;
  private final Children children;
  private volatile @Nullable ChildProcess brokerProcess;
  private volatile @Nullable ChildProcess registryProcess;

  private LocalStack(
      StackOptions options,
      DataDirectory data,
      Broker broker,
      Registry registry,
      Children children) {
    this.options = options;
    this.data = data;
    this.broker = broker;
    this.registry = registry;
    this.children = children;
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
      wanted.add(new Ports.Wanted("kafka controller", "--kafka-port", 0));
      wanted.add(new Ports.Wanted("registry management", "--registry-port", 0));
      Ports.Settled ports = Ports.settle(wanted);
      return new LocalStack(
          options,
          data,
          new Broker(data.kafka(), ports.get("kafka"), ports.get("kafka controller")),
          new Registry(data.registry(), ports.get("registry"), ports.get("registry management")),
          new Children(STOP_PATIENCE));
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

  /** Starts both; {@link #awaitBroker} and {@link #awaitRegistry} tell when they can be used. */
  public void launch() {
    launchBroker();
    registryProcess =
        children.start(registry.command(options.checkout(), data.log("schema-registry")));
  }

  /** Waits until the broker can be used. */
  public void awaitBroker() throws InterruptedException {
    Health.awaitBroker(broker(), broker.bootstrapServers(), START_PATIENCE);
    options.progress().step("broker is up: " + broker.bootstrapServers());
  }

  /** Waits until the registry can be used. */
  public void awaitRegistry() throws InterruptedException {
    Health.awaitRegistry(registry(), registry.url(), START_PATIENCE);
    options.progress().step("schema registry is up: " + registry.url());
  }

  /**
   * Starts the broker again after it has ended, on the same port with the same data, and waits
   * until it is up.
   */
  public void restartBroker() throws InterruptedException {
    launchBroker();
    awaitBroker();
  }

  private void launchBroker() {
    brokerProcess = children.start(broker.command(options.checkout(), data.log("kafka")));
  }

  /** The broker's process: to be killed, in a test of what happens then. */
  public ChildProcess broker() {
    return Objects.requireNonNull(brokerProcess, "not started");
  }

  /** The registry's process. */
  public ChildProcess registry() {
    return Objects.requireNonNull(registryProcess, "not started");
  }

  /** What a Kafka client connects to. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The registry's base URL, for {@code schema.registry.url}. */
  public String registryUrl() {
    return registry.url();
  }

  /** A directory of its own for the service of that name; its state stays there. */
  public Path serviceDirectory(String name) {
    return data.service(name);
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
