package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * The one broker of a local stack: KRaft, combined mode, everything internal replicated once.
 *
 * @param directory where it keeps its log and its configuration
 * @param port its port
 * @param controllerPort the port it talks to itself on
 */
record Broker(Path directory, int port, int controllerPort) {

  String bootstrapServers() {
    return "localhost:" + port;
  }

  /** Writes its configuration and returns how to run it. */
  ChildCommand command(Checkout checkout, Path log) {
    Path config = directory.resolve("server.properties");
    try {
      Files.createDirectories(directory);
      Files.writeString(config, configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var jvmOptions = new ArrayList<>(ChildCommand.QUICK_START);
    jvmOptions.addAll(checkout.archiveOptions("kafka"));
    jvmOptions.add("-Xmx512m");
    jvmOptions.add("-Dlog4j2.configurationFile=classpath:broker-log4j2.xml");
    return new ChildCommand(
        "kafka",
        checkout.classPath("infra/broker"),
        BrokerMain.class.getName(),
        jvmOptions,
        List.of(config.toString(), logDirectory().toString(), Uuid.randomUuid().toString()),
        log);
  }

  private Path logDirectory() {
    return directory.resolve("log");
  }

  private String configuration() {
    return """
    # Written at every start: changes made here are lost.
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@localhost:%2$d
    controller.listener.names=CONTROLLER
    listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
    advertised.listeners=PLAINTEXT://localhost:%1$d
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs=%3$s

    # There is no second broker.
    default.replication.factor=1
    min.insync.replicas=1
    offsets.topic.replication.factor=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1

    # A machine people work on: few partitions, little memory, no waiting.
    offsets.topic.num.partitions=8
    transaction.state.log.num.partitions=8
    log.cleaner.dedupe.buffer.size=16777216
    group.initial.rebalance.delay.ms=0
    auto.create.topics.enable=false
    """
        .formatted(port, controllerPort, escaped(logDirectory()));
  }

  /** A backslash in a properties file is an escape. */
  private static String escaped(Path path) {
    return path.toString().replace("\\", "\\\\");
  }
}
