package dev.tidings.bench.cli;

import dev.tidings.bench.run.Site;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is measured: the pipeline, in processes of its own, on free ports, with new data. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class SiteArguments {
  /** Several JVMs share the machine, so that a collector with threads of its own is no gain. */
  static final String JVM_DEFAULT = "-Xmx512m -XX:+UseSerialGC";

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Delivery nodes (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "8",
      description = "Partitions of each topic (default: ${DEFAULT-VALUE}).")
  int partitions;

  @Option(
      names = "--jvm",
      paramLabel = "OPTIONS",
      defaultValue = JVM_DEFAULT,
      description = "Options of the services' JVMs, in one argument (default: ${DEFAULT-VALUE}).")
  String jvm;

  @Option(
      names = "--jvm-ingest",
      paramLabel = "OPTIONS",
      description = "Options of ingest-api's JVM instead.")
  Optional<String> jvmIngest = Optional.empty();

  @Option(
      names = "--jvm-streams",
      paramLabel = "OPTIONS",
      description = "Options of streams-processor's JVM instead.")
  Optional<String> jvmStreams = Optional.empty();

  @Option(
      names = "--jvm-node",
      paramLabel = "OPTIONS",
      description = "Options of the delivery nodes' JVMs instead.")
  Optional<String> jvmNode = Optional.empty();

  @Option(
      names = "--jvm-broker",
      paramLabel = "OPTIONS",
      defaultValue = JVM_DEFAULT,
      description = "Options of the broker's JVM (default: ${DEFAULT-VALUE}).")
  String jvmBroker;

  @Option(
      names = "--set",
      paramLabel = "SERVICE:NAME=VALUE",
      description =
          "A setting of a service that is not its default, such as delivery-node:max.credit=128;"
              + " can be given several times.")
  List<String> settings = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the data and logs are kept, for good; an empty directory (default: a temporary"
              + " one).")
  Optional<Path> data = Optional.empty();

  Site start(Progress progress) throws IOException, InterruptedException {
    Path directory = data.isPresent() ? data.get() : Files.createTempDirectory("tidings-bench-");
    PipelineOptions options = PipelineOptions.in(directory);
    options =
        options
            .withStack(
                options.stack().withProgress(progress).withBrokerJvmOptions(words(jvmBroker)))
            .withPartitions(partitions)
            .withCount(TidingsService.DELIVERY_NODE, nodes)
            .withJvmOptions(service(jvm))
            .withJvmOptions(TidingsService.INGEST_API, service(jvmIngest.orElse(jvm)))
            .withJvmOptions(TidingsService.STREAMS_PROCESSOR, service(jvmStreams.orElse(jvm)))
            .withJvmOptions(TidingsService.DELIVERY_NODE, service(jvmNode.orElse(jvm)));
    for (String setting : settings) {
      options = with(options, setting);
    }
    return Site.start(directory, data.isPresent(), options);
  }

  /** What can be seen of this in the figures. */
  Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("nodes", nodes);
    all.put("partitions", partitions);
    all.put("jvm", jvm);
    jvmIngest.ifPresent(own -> all.put("jvmIngest", own));
    jvmStreams.ifPresent(own -> all.put("jvmStreams", own));
    jvmNode.ifPresent(own -> all.put("jvmNode", own));
    all.put("jvmBroker", jvmBroker);
    if (!settings.isEmpty()) {
      all.put("settings", settings);
    }
    return all;
  }

  private static PipelineOptions with(PipelineOptions options, String setting) {
    int colon = setting.indexOf(':');
    int equals = setting.indexOf('=');
    for (TidingsService service : TidingsService.values()) {
      if (colon > 0 && equals > colon && service.command().equals(setting.substring(0, colon))) {
        return options.with(
            service, setting.substring(colon + 1, equals), setting.substring(equals + 1));
      }
    }
    throw new IllegalArgumentException(
        "--set: %s (expected: SERVICE:NAME=VALUE)".formatted(setting));
  }

  /** The class archive of the local stack is made for its own options, and not to be replaced. */
  private static List<String> service(String jvmOptions) {
    var all = new ArrayList<String>();
    all.add("-XX:-AutoCreateSharedArchive");
    all.addAll(words(jvmOptions));
    return all;
  }

  static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +", -1));
  }
}
