package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.stack.StackOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How to start a pipeline.
 *
 * @param stack how to start what is below the services
 * @param ports where the services listen
 * @param jvmOptions options of the services' JVMs
 * @param settings more settings, by service
 */
public record PipelineOptions(
    StackOptions stack,
    ServicePorts ports,
    List<String> jvmOptions,
    Map<TidingsService, Map<String, String>> settings) {
  public PipelineOptions {
    jvmOptions = List.copyOf(jvmOptions);
    settings = Map.copyOf(settings);
  }

  /** Nothing set but what has to be. */
  public PipelineOptions(StackOptions stack, ServicePorts ports, List<String> jvmOptions) {
    this(stack, ports, jvmOptions, Map.of());
  }

  /** A pipeline on free ports, with its data in {@code data}. */
  public static PipelineOptions in(Path data) {
    return new PipelineOptions(
        StackOptions.in(data), ServicePorts.free(), ChildCommand.QUICK_START);
  }

  /** With one more setting of one service. */
  public PipelineOptions with(TidingsService service, String name, String value) {
    var all = new EnumMap<TidingsService, Map<String, String>>(TidingsService.class);
    all.putAll(settings);
    var ofService = new TreeMap<>(settings.getOrDefault(service, Map.of()));
    ofService.put(name, value);
    all.put(service, ofService);
    return new PipelineOptions(stack, ports, jvmOptions, all);
  }

  /** Everything one service is told, besides what follows from the stack. */
  Map<String, String> settingsOf(TidingsService service) {
    var all = new TreeMap<>(ports.settings(service));
    all.putAll(settings.getOrDefault(service, Map.of()));
    return all;
  }
}
