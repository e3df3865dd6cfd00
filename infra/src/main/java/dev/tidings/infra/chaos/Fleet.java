package dev.tidings.infra.chaos;

import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import java.nio.file.Path;
import java.util.ArrayList;

/** How to start a pipeline of which anything may fail: several small processes of everything. */
public final class Fleet {
  private static final int OF_EACH = 2;
  private static final String HEAP = "-Xmx256m";

  private Fleet() {}

  /**
   * A fleet with its data in {@code data}, on free ports: so many delivery nodes and brokers, and
   * two of each other service.
   */
  public static PipelineOptions options(Path data, int nodes, int brokers) {
    PipelineOptions options = PipelineOptions.in(data);
    var jvmOptions = new ArrayList<>(options.jvmOptions());
    jvmOptions.add(HEAP);
    return options
        .withStack(options.stack().withBrokers(brokers))
        .withJvmOptions(jvmOptions)
        .withCount(TidingsService.DELIVERY_NODE, nodes)
        .withCount(TidingsService.STREAMS_PROCESSOR, OF_EACH)
        .withCount(TidingsService.INGEST_API, OF_EACH);
  }
}
