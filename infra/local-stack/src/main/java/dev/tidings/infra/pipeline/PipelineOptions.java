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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How to start a pipeline. Immutable; each {@code with} method returns a changed copy. */
public final class PipelineOptions {
  private final StackOptions stack;
  private final ServicePorts ports;
  private final int partitions;
  private final List<String> jvmOptions;
  private final Map<TidingsService, List<String>> ownJvmOptions;
  private final Map<TidingsService, Map<String, String>> settings;
  private final Map<TidingsService, Integer> counts;
  private final Map<Instance, Map<String, String>> instances;
  private final Map<TidingsService, Map<String, String>> environments;

  /**
   * Creates options with one process of each service and default settings.
   *
   * @param stack the options of the broker and the registry
   * @param ports the ports of the services
   * @param jvmOptions options of the services' JVMs
   */
  public PipelineOptions(StackOptions stack, ServicePorts ports, List<String> jvmOptions) {
    this(new Draft(stack, ports, jvmOptions));
  }

  private PipelineOptions(Draft draft) {
    stack = draft.stack;
    ports = draft.ports;
    partitions = draft.partitions;
    jvmOptions = List.copyOf(draft.jvmOptions);
    ownJvmOptions = Map.copyOf(draft.ownJvmOptions);
    settings = Map.copyOf(draft.settings);
    counts = Map.copyOf(draft.counts);
    instances = Map.copyOf(draft.instances);
    environments = Map.copyOf(draft.environments);
  }

  /** Returns options for a pipeline on free ports, with its data in {@code data}. */
  public static PipelineOptions in(Path data) {
    return new PipelineOptions(
        StackOptions.in(data), ServicePorts.free(), ChildCommand.QUICK_START);
  }

  private PipelineOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new PipelineOptions(draft);
  }

  /** With one more setting of one service. */
  public PipelineOptions with(TidingsService service, String name, String value) {
    return changed(draft -> put(draft.settings, service, name, value));
  }

  /** With one more setting of one process. */
  public PipelineOptions with(Instance instance, String name, String value) {
    return changed(draft -> put(draft.instances, instance, name, value));
  }

  private static <K> void put(
      Map<K, Map<String, String>> settings, K key, String name, String value) {
    Map<String, String> ofKey = new TreeMap<>(settings.getOrDefault(key, Map.of()));
    ofKey.put(name, value);
    settings.put(key, Map.copyOf(ofKey));
  }

  /** With this number of processes of a service (default: 1). Their ports have to be free ones. */
  public PipelineOptions withCount(TidingsService service, int count) {
    return changed(draft -> draft.counts.put(service, count));
  }

  public PipelineOptions withStack(StackOptions other) {
    return changed(draft -> draft.stack = other);
  }

  public PipelineOptions withJvmOptions(List<String> other) {
    return changed(draft -> draft.jvmOptions = other);
  }

  /** With options of the JVMs of one service, instead of those of all. */
  public PipelineOptions withJvmOptions(TidingsService service, List<String> own) {
    return changed(draft -> draft.ownJvmOptions.put(service, List.copyOf(own)));
  }

  /** With this number of partitions of each topic that does not exist yet. */
  public PipelineOptions withPartitions(int number) {
    return changed(draft -> draft.partitions = number);
  }

  /** With these variables in the environment of the processes of one service, and no others. */
  public PipelineOptions withEnvironment(TidingsService service, Map<String, String> variables) {
    return changed(draft -> draft.environments.put(service, Map.copyOf(variables)));
  }

  public StackOptions stack() {
    return stack;
  }

  public ServicePorts ports() {
    return ports;
  }

  public int partitions() {
    return partitions;
  }

  /** Returns the environment variables of the services' processes. */
  public Map<TidingsService, Map<String, String>> environments() {
    return environments;
  }

  /** Returns the environment variables of the processes of a service. */
  Map<String, String> environmentOf(TidingsService service) {
    return environments.getOrDefault(service, Map.of());
  }

  /** Returns the options of the JVMs of a service. */
  List<String> jvmOptionsOf(TidingsService service) {
    return ownJvmOptions.getOrDefault(service, jvmOptions);
  }

  /** Returns the names of the topics: all services must have the same prefix. */
  public TopicNames names() {
    return new TopicNames(
        settingsOf(new Instance(TidingsService.INGEST_API, 1)).getOrDefault("topic.prefix", ""));
  }

  /** Returns all processes to start, in the order in which a notification passes them. */
  List<Instance> all() {
    return Stream.of(TidingsService.values())
        .flatMap(service ->
            IntStream.rangeClosed(1, counts.getOrDefault(service, 1))
                .mapToObj(number -> new Instance(service, number)))
        .toList();
  }

  /** Returns the settings of one process, besides those that follow from the stack. */
  public Map<String, String> settingsOf(Instance instance) {
    var all = new TreeMap<>(ports.settings(instance.service()));
    all.putAll(settings.getOrDefault(instance.service(), Map.of()));
    all.putAll(instances.getOrDefault(instance, Map.of()));
    return all;
  }

  /** A mutable copy of the options. */
  private static final class Draft {
    private StackOptions stack;
    private final ServicePorts ports;
    private int partitions = LogTopics.DEFAULT_PARTITIONS;
    private List<String> jvmOptions;
    private final Map<TidingsService, List<String>> ownJvmOptions = new HashMap<>();
    private final Map<TidingsService, Map<String, String>> settings = new HashMap<>();
    private final Map<TidingsService, Integer> counts = new HashMap<>();
    private final Map<Instance, Map<String, String>> instances = new HashMap<>();
    private final Map<TidingsService, Map<String, String>> environments = new HashMap<>();

    Draft(StackOptions stack, ServicePorts ports, List<String> jvmOptions) {
      this.stack = stack;
      this.ports = ports;
      this.jvmOptions = jvmOptions;
    }

    Draft(PipelineOptions options) {
      this(options.stack, options.ports, options.jvmOptions);
      partitions = options.partitions;
      ownJvmOptions.putAll(options.ownJvmOptions);
      settings.putAll(options.settings);
      counts.putAll(options.counts);
      instances.putAll(options.instances);
      environments.putAll(options.environments);
    }
  }
}
