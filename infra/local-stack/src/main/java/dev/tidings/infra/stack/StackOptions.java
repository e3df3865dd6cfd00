package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a local stack.
 *
 * @param checkout where the class paths are
 * @param data the data directory; created if it is not there
 * @param kafkaPort the broker's port, or 0 for any free one
 * @param registryPort the registry's port, or 0 for any free one
 * @param brokers how many brokers there are; all but one are enough to go on
 * @param brokerJvmOptions options of the brokers' JVMs, besides the size of their heap
 * @param brokerSettings more of Kafka's settings for the brokers, or others instead
 * @param progress is told what is happening
 */
public record StackOptions(
    Checkout checkout,
    Path data,
    int kafkaPort,
    int registryPort,
    int brokers,
    List<String> brokerJvmOptions,
    Map<String, String> brokerSettings,
    Progress progress) {
  public StackOptions {
    brokerJvmOptions = List.copyOf(brokerJvmOptions);
    brokerSettings = Map.copyOf(brokerSettings);
  }

  /** With one broker. */
  public StackOptions(
      Checkout checkout, Path data, int kafkaPort, int registryPort, Progress progress) {
    this(checkout, data, kafkaPort, registryPort, 1, ChildCommand.QUICK_START, Map.of(), progress);
  }

  /** A stack on free ports with its data in {@code data}, started in silence. */
  public static StackOptions in(Path data) {
    return new StackOptions(Checkout.find(), data, 0, 0, Progress.SILENT);
  }

  /** The ports asked for, with how to ask for others. */
  public List<Ports.Wanted> wantedPorts() {
    return List.of(
        new Ports.Wanted("kafka", "--kafka-port", kafkaPort),
        new Ports.Wanted("registry", "--registry-port", registryPort));
  }

  /** With what its JVMs have loaded being kept at their end, for those that come. */
  public StackOptions makingCaches() {
    return new StackOptions(
        checkout.makingCaches(),
        data,
        kafkaPort,
        registryPort,
        brokers,
        brokerJvmOptions,
        brokerSettings,
        progress);
  }

  public StackOptions withKafkaPort(int port) {
    return new StackOptions(
        checkout, data, port, registryPort, brokers, brokerJvmOptions, brokerSettings, progress);
  }

  public StackOptions withRegistryPort(int port) {
    return new StackOptions(
        checkout, data, kafkaPort, port, brokers, brokerJvmOptions, brokerSettings, progress);
  }

  public StackOptions withProgress(Progress newProgress) {
    return new StackOptions(
        checkout,
        data,
        kafkaPort,
        registryPort,
        brokers,
        brokerJvmOptions,
        brokerSettings,
        newProgress);
  }

  public StackOptions withBrokers(int number) {
    return new StackOptions(
        checkout,
        data,
        kafkaPort,
        registryPort,
        number,
        brokerJvmOptions,
        brokerSettings,
        progress);
  }

  public StackOptions withBrokerJvmOptions(List<String> other) {
    return new StackOptions(
        checkout, data, kafkaPort, registryPort, brokers, other, brokerSettings, progress);
  }

  /** With settings of Kafka's that its brokers have besides, or instead. */
  public StackOptions withBrokerSettings(Map<String, String> other) {
    return new StackOptions(
        checkout, data, kafkaPort, registryPort, brokers, brokerJvmOptions, other, progress);
  }
}
