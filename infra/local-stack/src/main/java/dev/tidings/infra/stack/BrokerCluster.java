package dev.tidings.infra.stack;

import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The brokers of a local stack: KRaft, each also a controller. Every record is replicated to all of
 * them, and acknowledged by all but at most one.
 *
 * @param id the cluster's id
 * @param brokers all of them; the first has the id 1
 * @param settings additional or replaced Kafka settings
 */
record BrokerCluster(String id, List<Broker> brokers, Map<String, String> settings) {
  private static final String CONTROLLER = "kafka controller";
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  BrokerCluster {
    brokers = List.copyOf(brokers);
    settings = Map.copyOf(settings);
  }

  /** Returns the names of brokers: a single one has no number. */
  private static List<String> names(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> count == 1 ? "kafka" : "kafka-" + number)
        .toList();
  }

  /** Returns the ports that {@code count} brokers need besides the one for clients. */
  static List<Ports.Wanted> wantedPorts(int count) {
    var wanted = new ArrayList<Ports.Wanted>();
    for (int number = 1; number <= count; number++) {
      wanted.add(new Ports.Wanted(CONTROLLER + number, "--kafka-port", 0));
      if (number > 1) {
        wanted.add(new Ports.Wanted("kafka" + number, "--kafka-port", 0));
      }
    }
    return wanted;
  }

  static BrokerCluster of(
      int count, Map<String, String> settings, DataDirectory data, Ports.Settled ports) {
    List<String> names = names(count);
    var brokers = new ArrayList<Broker>();
    for (int number = 1; number <= count; number++) {
      String name = names.get(number - 1);
      brokers.add(
          new Broker(
              number,
              name,
              data.kafka(name),
              ports.get(number == 1 ? "kafka" : "kafka" + number),
              ports.get(CONTROLLER + number)));
    }
    return new BrokerCluster(data.clusterId(), brokers, settings);
  }

  Broker broker(int number) {
    return brokers.get(number - 1);
  }

  String bootstrapServers() {
    return brokers.stream().map(Broker::address).collect(Collectors.joining(","));
  }

  /** Writes a broker's configuration and returns the command that runs it. */
  ChildCommand command(Broker broker, Checkout checkout, List<String> jvm, Path log) {
    Path config = broker.directory().resolve("server.properties");
    try {
      Files.createDirectories(broker.directory());
      Files.writeString(config, configuration(broker) + more());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var jvmOptions = new ArrayList<String>();
    jvmOptions.add(brokers.size() == 1 ? "-Xmx512m" : "-Xmx320m");
    jvmOptions.addAll(jvm);
    jvmOptions.add("-Dlog4j2.configurationFile=classpath:broker-log4j2.xml");
    return new ChildCommand(
            broker.name(),
            checkout.classPath("infra/broker"),
            BrokerMain.class.getName(),
            jvmOptions,
            List.of(config.toString(), broker.logDirectory().toString(), id),
            log)
        .with(checkout.caches(), "kafka");
  }

  /** Returns the additional settings: of two lines for one setting the later one counts. */
  private String more() {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
        .sorted()
        .collect(Collectors.joining());
  }

  private String configuration(Broker broker) {
    return """
    # Written at every start: changes made here are lost.
    process.roles=broker,controller
    node.id=%1$d
    controller.quorum.voters=%2$s
    controller.listener.names=CONTROLLER
    listeners=PLAINTEXT://localhost:%3$d,CONTROLLER://localhost:%4$d
    advertised.listeners=PLAINTEXT://localhost:%3$d
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs=%5$s

    # Every broker has everything; all but one are enough to go on.
    default.replication.factor=%6$d
    min.insync.replicas=%7$d
    offsets.topic.replication.factor=%6$d
    transaction.state.log.replication.factor=%6$d
    transaction.state.log.min.isr=%7$d
    share.coordinator.state.topic.replication.factor=%6$d
    share.coordinator.state.topic.min.isr=%7$d

    # A machine people work on: few partitions, little memory, no waiting.
    offsets.topic.num.partitions=8
    transaction.state.log.num.partitions=8
    log.cleaner.dedupe.buffer.size=16777216
    group.initial.rebalance.delay.ms=0
    auto.create.topics.enable=false

    # Kafka's defaults are 3 and 8: more than there are cores for them only wake one another.
    num.network.threads=%8$d
    num.io.threads=%9$d
    """
        .formatted(
            broker.id(),
            brokers.stream().map(Broker::voter).collect(Collectors.joining(",")),
            broker.port(),
            broker.controllerPort(),
            escaped(broker.logDirectory()),
            brokers.size(),
            Math.max(1, brokers.size() - 1),
            Math.clamp(CORES / 2, 1, 3),
            Math.clamp(CORES, 2, 8));
  }

  /** Escapes a path for a properties file, which is in Latin-1 with backslash escapes. */
  private static String escaped(Path path) {
    StringBuilder escaped = new StringBuilder();
    for (char c : path.toString().toCharArray()) {
      if (c == '\\') {
        escaped.append("\\\\");
      } else if (c < ' ' || c > '~') {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
