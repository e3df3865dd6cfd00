package dev.tidings.infra.cli.access;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.NotAuthorizedException;
import dev.tidings.provider.TryLaterException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.NotificationId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/** Closes a stack: devices and providers have to prove who they are. */
public final class ClosedStack {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final Path data;
  private final DeviceIssuer issuer;

  private ClosedStack(Path data, DeviceIssuer issuer) {
    this.data = data;
    this.issuer = issuer;
  }

  /** Returns the one of a data directory, to which nothing is written yet. */
  public static ClosedStack in(Path data) throws IOException {
    return new ClosedStack(data, DeviceIssuer.in(data));
  }

  /** Writes what the services read when they start; the data directory is this process's then. */
  public void keep() throws IOException {
    DeviceIssuer _ = issuer.keep();
  }

  /** Returns the options with what closes the services. */
  public PipelineOptions close(PipelineOptions options) {
    return issuer.close(options).with(TidingsService.INGEST_API, "auth.providers", "keys");
  }

  public DeviceIssuer issuer() {
    return issuer;
  }

  /**
   * Gives a running stack a team with these apps and keys, unless it has them, and waits until
   * ingest-api knows them.
   */
  public ProviderFiles open(LocalStack stack, TopicNames names, List<String> apps, URI ingest)
      throws IOException, InterruptedException {
    ProviderFiles files;
    try (Administration admin = administration(stack, names, "tidings up")) {
      files = ProviderFiles.keep(admin, data, apps, Instant.now());
    }
    awaitKnown(ingest, files);
    return files;
  }

  /** Returns what changes the entries of a running stack. */
  public static Administration administration(LocalStack stack, TopicNames names, String who)
      throws InterruptedException {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", stack.bootstrapServers());
    properties.put(RegistryConfig.URL, stack.registryUrl());
    return Administration.open(
        Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers())),
        properties,
        RegistryConfig.of(properties),
        names,
        new Author(who, "localhost"));
  }

  /** Asks for a notification that was never sent. */
  private static void awaitKnown(URI ingest, ProviderFiles files)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      // One for each attempt: a connection with too many refusals is closed.
      try (var client = new IngestClient(ingest, Optional.of(files.credential()))) {
        client.trace(NotificationId.random().value());
        return;
      } catch (NotAuthorizedException | TryLaterException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
      Thread.sleep(LOOK_EVERY);
    }
  }
}
