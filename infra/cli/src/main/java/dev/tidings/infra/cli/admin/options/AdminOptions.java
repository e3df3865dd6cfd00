package dev.tidings.infra.cli.admin.options;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.infra.cli.options.ClusterOptions;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Option;

/** Which cluster and registry an administrator writes to. */
public final class AdminOptions extends ClusterOptions {
  private static final String REGISTRY = "http://localhost:8081/apis/ccompat/v7";

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "The schema registry (default: " + REGISTRY + ").")
  private Optional<String> registryUrl = Optional.empty();

  /** Opens a connection to the cluster that decides. */
  private interface Opening {
    Administration of(
        Admin admin,
        Map<String, String> properties,
        RegistryConfig registry,
        TopicNames names,
        Author author)
        throws InterruptedException;
  }

  public Administration open() throws IOException, InterruptedException {
    return open(Administration::open);
  }

  /** The same for decisions that need none. */
  Administration openWithoutRegistry() throws IOException, InterruptedException {
    return open(Administration::openWithoutRegistry);
  }

  private Administration open(Opening opening) throws IOException, InterruptedException {
    Map<String, String> properties = properties();
    registryUrl.ifPresent(url -> properties.put(RegistryConfig.URL, url));
    properties.putIfAbsent(RegistryConfig.URL, REGISTRY);
    RegistryConfig registry = registry(properties);
    TopicNames names = names();
    Admin admin = openAdmin(properties);
    return opening.of(admin, properties, registry, names, author());
  }

  private static Author author() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown";
    }
    return new Author(System.getProperty("user.name") + "@" + host, "shell");
  }
}
