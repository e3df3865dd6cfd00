package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How to start a pipeline.
 *
 * @param stack how to start what is below the services
 * @param ports where the services listen
 * @param partitions how many partitions each topic has, if it is not there yet
 * @param jvmOptions options of the services' JVMs
 * @param ownJvmOptions options that one service has instead
 * @param settings more settings, by service
 * @param counts how many processes of each service; one of those not named
 * @param instances more settings of single processes
 * @param environments variables of the services' processes, by service
 */
public record PipelineOptions(
    StackOptions stack,
    ServicePorts ports,
    int partitions,
    List<String> jvmOptions,
    Map<TidingsService, List<String>> ownJvmOptions,
    Map<TidingsService, Map<String, String>> settings,
    Map<TidingsService, Integer> counts,
    Map<Instance, Map<String, String>> instances,
    Map<TidingsService, Map<String, String>> environments) {
  public PipelineOptions {
    jvmOptions = List.copyOf(jvmOptions);
    ownJvmOptions = Map.copyOf(ownJvmOptions);
    settings = Map.copyOf(settings);
    counts = Map.copyOf(counts);
    instances = Map.copyOf(instances);
    environments = Map.copyOf(environments);
  }

  /** Nothing set but what has to be. */
  public PipelineOptions(StackOptions stack, ServicePorts ports, List<String> jvmOptions) {
    this(
        stack,
        ports,
        LogTopics.DEFAULT_PARTITIONS,
        jvmOptions,
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  /** A pipeline on free ports, with its data in {@code data}. */
  public static PipelineOptions in(Path data) {
    return new PipelineOptions(
        StackOptions.in(data), ServicePorts.free(), ChildCommand.QUICK_START);
  }

  /** With one more setting of one service. */
  public PipelineOptions with(TidingsService service, String name, String value) {
    return new PipelineOptions(
        stack,
        ports,
        partitions,
        jvmOptions,
        ownJvmOptions,
        plus(settings, service, name, value),
        counts,
        instances,
        environments);
  }

  /** With one more setting of one process. */
  public PipelineOptions with(Instance instance, String name, String value) {
    return new PipelineOptions(
        stack,
        ports,
        partitions,
        jvmOptions,
        ownJvmOptions,
        settings,
        counts,
        plus(instances, instance, name, value),
        environments);
  }

  /** With that many processes of a service. Their ports have to be free ones. */
  public PipelineOptions withCount(TidingsService service, int count) {
    var all = new HashMap<>(counts);
    all.put(service, count);
    return new PipelineOptions(
        stack,
        ports,
        partitions,
        jvmOptions,
        ownJvmOptions,
        settings,
        all,
        instances,
        environments);
  }

  public PipelineOptions withStack(StackOptions other) {
    return new PipelineOptions(
        other,
        ports,
        partitions,
        jvmOptions,
        ownJvmOptions,
        settings,
        counts,
        instances,
        environments);
  }

  public PipelineOptions withJvmOptions(List<String> other) {
    return new PipelineOptions(
        stack, ports, partitions, other, ownJvmOptions, settings, counts, instances, environments);
  }

  /** With options of the JVMs of one service, instead of those of all. */
  public PipelineOptions withJvmOptions(TidingsService service, List<String> own) {
    var all = new HashMap<>(ownJvmOptions);
    all.put(service, List.copyOf(own));
    return new PipelineOptions(
        stack, ports, partitions, jvmOptions, all, settings, counts, instances, environments);
  }

  /** With that many partitions of each topic. */
  public PipelineOptions withPartitions(int number) {
    return new PipelineOptions(
        stack, ports, number, jvmOptions, ownJvmOptions, settings, counts, instances, environments);
  }

  /** With these variables in the environment of the processes of one service, and no others. */
  public PipelineOptions withEnvironment(TidingsService service, Map<String, String> variables) {
    var all = new HashMap<>(environments);
    all.put(service, Map.copyOf(variables));
    return new PipelineOptions(
        stack, ports, partitions, jvmOptions, ownJvmOptions, settings, counts, instances, all);
  }

  /** The variables of the processes of a service. */
  Map<String, String> environmentOf(TidingsService service) {
    return environments.getOrDefault(service, Map.of());
  }

  /** The options of the JVMs of a service. */
  List<String> jvmOptionsOf(TidingsService service) {
    return ownJvmOptions.getOrDefault(service, jvmOptions);
  }

  private static <K> Map<K, Map<String, String>> plus(
      Map<K, Map<String, String>> settings, K key, String name, String value) {
    var all = new HashMap<>(settings);
    var ofKey = new TreeMap<>(settings.getOrDefault(key, Map.of()));
    ofKey.put(name, value);
    all.put(key, ofKey);
    return all;
  }

  /** What the topics are called: all services have to be told the same prefix. */
  TopicNames names() {
    return new TopicNames(
        settingsOf(new Instance(TidingsService.INGEST_API, 1)).getOrDefault("topic.prefix", ""));
  }

  /** All processes to start, in the order of a notification's journey. */
  List<Instance> all() {
    return Stream.of(TidingsService.values())
        .flatMap(service ->
            IntStream.rangeClosed(1, counts.getOrDefault(service, 1))
                .mapToObj(number -> new Instance(service, number)))
        .toList();
  }

  /** Everything one process is told, besides what follows from the stack. */
  Map<String, String> settingsOf(Instance instance) {
    var all = new TreeMap<>(ports.settings(instance.service()));
    all.putAll(settings.getOrDefault(instance.service(), Map.of()));
    all.putAll(instances.getOrDefault(instance, Map.of()));
    return all;
  }
}
