package dev.tidings.bench.cli;

import dev.tidings.bench.run.TestBed;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Progress;
import dev.tidings.infra.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options for the pipeline that is measured: separate processes, free ports, new data. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class SiteArguments {
  /** Several JVMs share the machine, so a collector with threads of its own gains nothing. */
  static final String JVM_DEFAULT = "-Xmx512m -XX:+UseSerialGC";

  @Option(
      names = "--nodes",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1",
      description = "Delivery nodes (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
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
      names = "--trained",
      description = {
        "Has the JVMs start with the profiles that an earlier run with this option has kept;",
        "the first keeps them when it stops them, which takes a while, and slows it down before."
      })
  boolean trained;

  @Option(
      names = "--set",
      paramLabel = "SERVICE:NAME=VALUE",
      converter = Numbers.ServiceSetting.class,
      description =
          "A setting of a service that is not its default, such as delivery-node:max.credit=128;"
              + " can be given several times.")
  List<String> settings = List.of();

  @Option(
      names = "--closed",
      description =
          "Providers have to sign with a key, and devices to connect with a token; both are made.")
  boolean closed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the data and logs are kept, for good; an empty directory (default: a temporary"
              + " one).")
  Optional<Path> data = Optional.empty();

  TestBed start(Progress progress) throws IOException, InterruptedException {
    Path directory = data.isPresent() ? data.get() : Files.createTempDirectory("tidings-bench-");
    PipelineOptions options = PipelineOptions.in(directory);
    options =
        options
            .withStack(stack(options.stack()).withProgress(progress))
            .withPartitions(partitions)
            .withCount(TidingsService.DELIVERY_NODE, nodes)
            .withJvmOptions(options(jvm))
            .withJvmOptions(TidingsService.INGEST_API, options(jvmIngest.orElse(jvm)))
            .withJvmOptions(TidingsService.STREAMS_PROCESSOR, options(jvmStreams.orElse(jvm)))
            .withJvmOptions(TidingsService.DELIVERY_NODE, options(jvmNode.orElse(jvm)));
    for (String setting : settings) {
      options = with(options, setting);
    }
    return TestBed.start(directory, data.isPresent(), trained, closed, options);
  }

  private StackOptions stack(StackOptions options) {
    StackOptions own = options.withBrokerJvmOptions(options(jvmBroker));
    return trained ? own.makingCaches() : own;
  }

  /** Adds these options to the results. */
  Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("nodes", nodes);
    all.put("partitions", partitions);
    all.put("jvm", jvm);
    jvmIngest.ifPresent(own -> all.put("jvmIngest", own));
    jvmStreams.ifPresent(own -> all.put("jvmStreams", own));
    jvmNode.ifPresent(own -> all.put("jvmNode", own));
    all.put("jvmBroker", jvmBroker);
    all.put("trained", trained);
    all.put("closed", closed);
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

  /** By default the measurement does not depend on caches left by earlier runs. */
  private List<String> options(String given) {
    List<String> words = words(given);
    return trained ? words : Stream.concat(Stream.of("-XX:AOTMode=off"), words.stream()).toList();
  }

  static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +", -1));
  }
}
