package dev.tidings.infra.cli;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlWriter;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.control.credential.P256;
import dev.tidings.infra.chaos.Access;
import dev.tidings.infra.cli.credential.PrivateKeyFile;
import dev.tidings.infra.device.Devices;
import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.provider.Credential;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.client.KafkaClients;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * A fleet in which devices and providers have to prove who they are: an issuer of the devices'
 * tokens, and a team with a provider key.
 */
final class ClosedFleet {
  /** Short, so that sessions end with their tokens during failures too. */
  private static final Duration DEVICE_TOKEN = Duration.ofMinutes(2);

  private static final String TEAM = "CHAOS00001";
  private static final String KID = "CHAOSKEY01";

  private final TokenIssuer issuer = new TokenIssuer();
  private final Path directory;

  /**
   * Creates the fleet's keys.
   *
   * @param directory where they are kept
   */
  ClosedFleet(Path directory) {
    this.directory = directory.resolve("access");
  }

  /** Returns the fleet's options with what closes it. */
  PipelineOptions close(PipelineOptions options) throws IOException {
    Files.createDirectories(directory);
    Path keys = directory.resolve("issuer.jwks");
    issuer.publish(keys);
    return options
        .with(TidingsService.INGEST_API, "auth.providers", "keys")
        .with(TidingsService.DELIVERY_NODE, "auth.devices", "jwt")
        .with(TidingsService.DELIVERY_NODE, "auth.devices.issuers", TokenIssuer.NAME + "=" + keys);
  }

  /** Makes the team and its key known to the running fleet, and returns what gives access. */
  Access access(LocalStack stack) throws IOException, InterruptedException {
    KeyPair pair = P256.newPair();
    Path file = PrivateKeyFile.write(directory, KID, pair.getPrivate());
    var clients =
        new KafkaClients(Map.of("bootstrap.servers", stack.bootstrapServers()), "chaos-access");
    try (var registry =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl())));
        var producer = clients.producer("writer").openProducer()) {
      write(new ControlWriter(producer, registry, TopicNames.PLAIN, InstantSource.system()), pair);
    }
    return new Access(
        issuer.passwords(DEVICE_TOKEN), Optional.of(Credential.providerKey(file, TEAM, KID)));
  }

  private static void write(ControlWriter control, KeyPair pair) throws InterruptedException {
    Author author = new Author("chaos", "localhost");
    Team team = new Team("chaos", Instant.now());
    control.write(author, ControlChange.put(ControlKind.TEAM, TEAM, team, "team create"));
    for (String app : Devices.APPS) {
      control.write(author, ControlChange.put(ControlKind.APP, app, new App(TEAM), "app add"));
    }
    ProviderKey key =
        new ProviderKey(
            TEAM, ByteBuffer.wrap(pair.getPublic().getEncoded()), null, Instant.now(), null);
    control.write(author, ControlChange.put(ControlKind.PROVIDER_KEY, KID, key, "key create"));
  }
}
