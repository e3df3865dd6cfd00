package dev.tidings.infra.cli;

import dev.tidings.infra.cli.doctor.Check;
import dev.tidings.infra.cli.doctor.Examination;
import dev.tidings.infra.cli.doctor.Site;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.stack.DataPath;
import dev.tidings.infra.cli.stack.StackArguments;
import dev.tidings.infra.pipeline.ServicePorts;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.Ports.Wanted;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what is wrong with a pipeline. */
@Command(
    name = "doctor",
    description = {
      "Looks at Java, Kafka, the topics, the schema registry, the clock and the services, and says"
          + " in a line each what is wrong. Changes nothing.",
      "Without options: the local stack of up or demo, wherever its ports are."
    },
    footer = {"", "Exit code 1: something is wrong."})
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

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description = "Properties for the Kafka client: security, for example.")
  private Optional<Path> commandConfig = Optional.empty();

  @Option(
      names = "--management",
      paramLabel = "HOST:PORT",
      converter = Values.Address.class,
      description =
          "The management port of a service; may be repeated (default: the local stack's three).")
  private List<HostPort> management = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Site site = site();
    boolean sound = true;
    for (Check check : new Examination(site, wanted(), InstantSource.system()).run()) {
      spec.commandLine().getOut().println(check);
      sound &= check.sound();
    }
    return sound ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static List<Wanted> wanted() {
    List<Wanted> all = new ArrayList<>();
    all.add(new Wanted("kafka", "--kafka-port", KAFKA));
    all.add(new Wanted("schema registry", "--registry-port", REGISTRY));
    all.addAll(ServicePorts.defaults().toCheck());
    return all;
  }

  private Site site() throws IOException {
    Map<String, String> settings = new HashMap<>();
    if (commandConfig.isPresent()) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(commandConfig.get())) {
        file.load(reader);
      }
      file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    }
    bootstrapServers.ifPresent(servers -> settings.put("bootstrap.servers", servers));
    registryUrl.ifPresent(url -> settings.put(RegistryConfig.URL, url));
    Site site = Site.of(StackArguments.directory(data, Checkout.find())).with(settings);
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
