package dev.tidings.infra.cli;

import dev.tidings.infra.cli.doctor.Examination;
import dev.tidings.infra.cli.doctor.Subject;
import dev.tidings.infra.cli.doctor.bundle.Bundle;
import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.cli.doctor.host.ConnectionLimits;
import dev.tidings.infra.cli.options.ClusterOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.BusyTerminal;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.cli.output.TargetPath;
import dev.tidings.infra.cli.stack.DataPath;
import dev.tidings.infra.cli.stack.StackArguments;
import dev.tidings.infra.pipeline.ServicePorts;
import dev.tidings.infra.ports.Ports.Wanted;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what is wrong with a pipeline, and packs what support needs. */
@Command(
    name = "doctor",
    description = {
      "Looks at Java, Kafka and its settings, the topics, the schema registry, clocks, ports, the"
          + " kernel's limits, certificates, advertised addresses, disks, the services and their"
          + " JVMs, and says in a line each what is wrong, and what to do about it. Changes"
          + " nothing.",
      "Without options: the local stack of up or demo, wherever its ports are."
    },
    exitCodeList = {
      "0:nothing is wrong; what is weak works, and could be safer or faster",
      "1:something is wrong",
      "2:the command was not understood"
    },
    footer = {
      "",
      "For example:",
      "  tidings doctor",
      "  tidings doctor --connections 50000 --json",
      "  tidings doctor --bootstrap-servers kafka:9092 --management node-1:9103 --tls node-1:8883",
      "  tidings doctor --bundle support.zip"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class DoctorCommand implements Callable<Integer> {
  private static final int KAFKA = 9092;
  private static final int REGISTRY = 8081;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      converter = DataPath.class,
      description =
          "The local stack's data directory (default: $TIDINGS_HOME, or .tidings in the checkout).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      converter = Values.Brokers.class,
      description = "The cluster (default: the local stack's).")
  private Optional<String> bootstrapServers = Optional.empty();

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "The schema registry (default: the local stack's).")
  private Optional<String> registryUrl = Optional.empty();

  @Mixin private ClusterOptions.ClientFile clients;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      converter = Values.Prefix.class,
      description =
          "What is in front of every name in Kafka: the services' topic.prefix (default: that of"
              + " the settings looked at, or nothing).")
  private Optional<TopicNames> prefixed = Optional.empty();

  @Option(
      names = "--management",
      paramLabel = "HOST:PORT",
      converter = Values.Address.class,
      description =
          "The management port of a service; may be repeated (default: the local stack's three).")
  private List<HostPort> management = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description =
          "The settings of a service on this machine, as --config of the service; may be repeated"
              + " (default: the local stack's).")
  private List<Path> configs = List.of();

  @Option(
      names = "--connections",
      paramLabel = "N",
      converter = Values.AtLeastOne.class,
      description =
          "How many devices a delivery node on this machine is to have: its limits and the kernel's"
              + " have to suffice (default: "
              + ConnectionLimits.USUAL
              + ", and what does not suffice is only weak).")
  private Optional<Integer> connections = Optional.empty();

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description = "A file with certificates, whose end is looked at; may be repeated.")
  private List<Path> certificates = List.of();

  @Option(
      names = "--tls",
      paramLabel = "HOST:PORT",
      converter = Values.Address.class,
      description = "A port with TLS, whose certificates are looked at; may be repeated.")
  private List<HostPort> tls = List.of();

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      converter = TargetPath.NewFile.class,
      description =
          "Writes what support needs into a new zip file, too: versions, settings, topics, how far"
              + " groups are behind, metrics, health, the ends of logs, threads and options of JVMs"
              + " on this machine. Secrets are hidden, payloads left out.")
  private Optional<Path> bundle = Optional.empty();

  @Option(names = "--json", description = "Prints each check as an object in a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Subject subject = subject();
    List<Check> checks = new ArrayList<>();
    Output output = Output.of(spec, json);
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    var examination = new Examination(subject, wanted(), InstantSource.system());
    examination.run(
        check -> {
          checks.add(check);
          output.print(line(check, ansi), facts(check));
        },
        (done, total, part) ->
            BusyTerminal.progress(spec.commandLine().getErr(), done, total, part));
    if (bundle.isPresent()) {
      pack(subject, checks, bundle.get(), output);
    }
    return checks.stream().allMatch(Check::sound) ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void pack(Subject subject, List<Check> checks, Path file, Output output)
      throws IOException, InterruptedException {
    BusyTerminal.progress(spec.commandLine().getErr(), 0, 0, "packing " + file);
    String findings =
        checks.stream().map(check -> facts(check).json()).collect(Collectors.joining("\n"));
    String version = String.join(" ", spec.root().version());
    new Bundle(subject, version, System.getenv(), InstantSource.system()).write(file, findings);
    output.print("for support: " + file, Facts.of("bundle", file));
  }

  private static Facts facts(Check check) {
    return Facts.of("check", check.what())
        .and("state", check.state().name().toLowerCase(Locale.ROOT))
        .and("found", check.words())
        .and("fix", check.fix().isEmpty() ? null : check.fix());
  }

  private static String line(Check check, Ansi ansi) {
    String colour =
        switch (check.state()) {
          case OK -> "fg(green)";
          case WEAK -> "fg(yellow)";
          case FAILED -> "fg(red),bold";
        };
    String state = "%-4s".formatted(check.state().shown());
    String rest = check.toString().substring(state.length());
    return ansi.enabled()
        ? ansi.string("@|" + colour + " " + state + "|@") + rest
        : check.toString();
  }

  private static List<Wanted> wanted() {
    List<Wanted> all = new ArrayList<>();
    all.add(new Wanted("kafka", "--kafka-port", KAFKA));
    all.add(new Wanted("schema registry", "--registry-port", REGISTRY));
    all.addAll(ServicePorts.defaults().toCheck());
    return all;
  }

  private Subject subject() throws IOException {
    Path directory = StackArguments.directory(data, Checkout.find());
    ServiceFiles files = configs.isEmpty() ? ServiceFiles.in(directory) : ServiceFiles.of(configs);
    OptionalInt number = connections.map(OptionalInt::of).orElse(OptionalInt.empty());
    return new Subject(site(files), files, directory, certificates, tls, number);
  }

  private Site site(ServiceFiles files) throws IOException {
    Map<String, String> settings = new TreeMap<>(clients.properties());
    bootstrapServers.ifPresent(servers -> settings.put("bootstrap.servers", servers));
    registryUrl.ifPresent(url -> settings.put(RegistryConfig.URL, url));
    Site found = Site.of(files).with(settings);
    Site site = prefixed.map(found::withNames).orElse(found);
    try {
      RegistryConfig _ = RegistryConfig.of(site.clients());
    } catch (ConfigException e) {
      throw new ParameterException(
          spec.commandLine(), "--schema-registry-url: " + e.getMessage(), e);
    }
    if (management.isEmpty()) {
      return site;
    }
    Map<String, HostPort> services = new LinkedHashMap<>();
    management.forEach(at -> services.put("service at " + at, at));
    return site.withServices(services);
  }
}
