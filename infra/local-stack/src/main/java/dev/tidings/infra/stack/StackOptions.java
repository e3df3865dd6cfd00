package dev.tidings.infra.stack;

import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The options of a local stack.
 *
 * @param checkout the checkout with the class paths
 * @param data the data directory; created if it does not exist
 * @param kafkaPort the broker's port, or 0 for any free one
 * @param registryPort the registry's port, or 0 for any free one
 * @param brokers the number of brokers; one of several may fail
 * @param brokerJvmOptions options of the brokers' JVMs, besides the size of their heap
 * @param brokerSettings additional or replaced Kafka settings of the brokers
 * @param progress receives the steps of the start
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

  /** Creates options with one broker. */
  public StackOptions(
      Checkout checkout, Path data, int kafkaPort, int registryPort, Progress progress) {
    this(checkout, data, kafkaPort, registryPort, 1, ChildCommand.QUICK_START, Map.of(), progress);
  }

  /** Returns options for a stack on free ports with its data in {@code data}, without progress. */
  public static StackOptions in(Path data) {
    return new StackOptions(Checkout.find(), data, 0, 0, Progress.SILENT);
  }

  /** Returns the requested ports, with the options that set others. */
  public List<Ports.Wanted> wantedPorts() {
    return List.of(
        new Ports.Wanted("kafka", "--kafka-port", kafkaPort),
        new Ports.Wanted("registry", "--registry-port", registryPort));
  }

  /** Returns the same, with caches being created. */
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

  /** Returns the same, with additional or replaced Kafka settings of the brokers. */
  public StackOptions withBrokerSettings(Map<String, String> other) {
    return new StackOptions(
        checkout, data, kafkaPort, registryPort, brokers, brokerJvmOptions, other, progress);
  }
}
