package dev.tidings.infra.chaos;

import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How to start a pipeline of which anything may fail: several small processes of everything. */
public final class ServiceFleet {
  /** What keeps its services small. */
  public static final List<String> JVM_OPTIONS =
      Stream.concat(ChildCommand.QUICK_START.stream(), Stream.of("-Xmx256m")).toList();

  private static final int OF_EACH = 2;

  private ServiceFleet() {}

  /**
   * A fleet with its data in {@code data}, on free ports: so many delivery nodes and brokers, and
   * two of each other service.
   */
  public static PipelineOptions options(Path data, int nodes, int brokers) {
    PipelineOptions options = PipelineOptions.in(data);
    for (TidingsService service : TidingsService.values()) {
      // Whoever starts while the brokers or the registry are down has to wait for them.
      options = options.with(service, "start.timeout", "5m");
    }
    return options
        .withStack(options.stack().withBrokers(brokers))
        .withJvmOptions(JVM_OPTIONS)
        .withCount(TidingsService.DELIVERY_NODE, nodes)
        .withCount(TidingsService.STREAMS_PROCESSOR, OF_EACH)
        .withCount(TidingsService.INGEST_API, OF_EACH);
  }

  /** Whether clocks can be made to jump on this machine. */
  public static boolean hasClocks() {
    return Clocks.library().isPresent();
  }

  /**
   * The same fleet, with clocks that can be made to jump, which costs each look at one some time.
   */
  public static PipelineOptions withClocks(PipelineOptions options) {
    return Clocks.library()
        .map(library -> Clocks.in(options.stack().data()).install(options, library))
        .orElse(options);
  }
}
