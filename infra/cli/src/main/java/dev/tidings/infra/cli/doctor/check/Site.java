package dev.tidings.infra.cli.doctor.check;

import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where a pipeline's parts are.
 *
 * @param clients the settings of Kafka's clients and of the registry's
 * @param names the names of its topics
 * @param services where each service tells its health, by name
 */
public record Site(Map<String, String> clients, TopicNames names, Map<String, HostPort> services) {
  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final String KAFKA = "kafka.";
  private static final Pattern REGISTRY =
      Pattern.compile("schema\\.registry\\.|basic\\.auth\\.|bearer\\.auth\\.");
  private static final Map<TidingsService, Integer> DEFAULT_PORTS =
      Map.of(
          TidingsService.INGEST_API, 9101,
          TidingsService.STREAMS_PROCESSOR, 9102,
          TidingsService.DELIVERY_NODE, 9103);

  /** Returns that of a local stack with the default ports. */
  public static Site byDefault() {
    Map<String, HostPort> services = new LinkedHashMap<>();
    for (TidingsService service : TidingsService.values()) {
      services.put(
          service.command(), new HostPort("localhost", DEFAULT_PORTS.getOrDefault(service, 0)));
    }
    return new Site(
        Map.of(
            BOOTSTRAP,
            "localhost:9092",
            RegistryConfig.URL,
            "http://localhost:8081/apis/ccompat/v7"),
        TopicNames.PLAIN,
        services);
  }

  /**
   * Returns that of a local stack by the settings that its services were started with; the default
   * one if there are none.
   *
   * @param data its data directory
   */
  public static Site of(Path data) throws IOException {
    return of(ServiceFiles.in(data));
  }

  /** Returns that of services by their settings; the default one if there are none. */
  public static Site of(ServiceFiles files) {
    Site site = byDefault();
    Map<String, String> clients = new TreeMap<>(site.clients());
    Map<String, HostPort> services = new LinkedHashMap<>();
    TopicNames names = site.names();
    for (Map.Entry<String, Map<String, String>> service : files.byName().entrySet()) {
      Map<String, String> settings = service.getValue();
      settings.forEach((name, value) -> {
        if (name.startsWith(KAFKA) && !value.isBlank()) {
          clients.put(name.substring(KAFKA.length()), value);
        } else if (REGISTRY.matcher(name).lookingAt() && !value.isBlank()) {
          clients.put(name, value);
        }
      });
      names = new TopicNames(settings.getOrDefault(LogSettings.TOPIC_PREFIX.name(), ""));
      HostPort.parse("localhost:" + settings.getOrDefault("management.port", ""))
          .ifPresent(at -> services.put(service.getKey(), at));
    }
    return new Site(clients, names, services.isEmpty() ? site.services() : services);
  }

  /** Returns the same with other clients' settings where these have one. */
  public Site with(Map<String, String> settings) {
    Map<String, String> both = new TreeMap<>(clients);
    both.putAll(settings);
    return new Site(both, names, services);
  }

  /** Returns the same with these services. */
  public Site withServices(Map<String, HostPort> others) {
    return new Site(clients, names, others);
  }

  /** Returns the same with names that begin with this prefix. */
  public Site withNames(TopicNames others) {
    return new Site(clients, others, services);
  }

  public String bootstrapServers() {
    return clients.getOrDefault(BOOTSTRAP, "");
  }

  public String registryUrl() {
    return clients.getOrDefault(RegistryConfig.URL, "");
  }
}
