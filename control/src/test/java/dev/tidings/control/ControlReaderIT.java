package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.table.TableSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ControlReaderIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = LogTopics.CONTROL.name();
  private static final AppId MAIL = new AppId("com.example.mail");
  private static final AppId NEWS = new AppId("com.example.news");

  private static final Instant CREATED = Instant.ofEpochMilli(1_700_000_000_123L);

  private Cluster cluster;
  private KafkaClients clients;
  private RegistryClient registry;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster();
    clients = new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test");
    registry =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
    admin = clients.admin("admin").openAdmin();
  }

  @AfterEach
  void stop() throws Exception {
    admin.close(Duration.ZERO);
    registry.close();
    cluster.close();
  }

  private ControlReader read() {
    ControlReader reader =
        ControlReader.start(
            TableSource.open(clients, "control", TOPIC, admin), registry, InstantSource.system());
    await().atMost(PATIENCE).until(reader::isComplete);
    return reader;
  }

  private void write(AppId app, String team) throws Exception {
    write(ControlKind.APP, app.value(), new App(team));
  }

  private <E extends SpecificRecord> void write(ControlKind<E> kind, String name, E entry)
      throws Exception {
    cluster.appendBytes(
        LogTopics.CONTROL, ControlKey.of(kind, name).bytes(), serialised(kind, entry));
  }

  private <E extends SpecificRecord> byte[] serialised(ControlKind<E> kind, E entry) {
    try (AvroSerializer<E> serializer = new AvroSerializer<>(registry)) {
      return serializer.serialize(ControlKey.of(kind, "any").serialisedAs(TOPIC), entry);
    }
  }

  private void delete(ControlKind<?> kind, String name) throws Exception {
    cluster.appendBytes(LogTopics.CONTROL, ControlKey.of(kind, name).bytes(), null);
  }

  private static void awaitTeam(ControlReader reader, AppId app, String team) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.app(app)).map(App::getTeam).hasValue(team));
  }

  private static void awaitNone(ControlReader reader, AppId app) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.app(app)).isEmpty());
  }

  @Test
  void entries_are_known_once_they_are_written_and_until_they_are_deleted() throws Exception {
    write(MAIL, "post");
    write(MAIL, "office");

    try (ControlReader reader = read()) {
      assertThat(reader.app(MAIL)).map(App::getTeam).hasValue("office");
      assertThat(reader.app(NEWS)).isEmpty();

      write(NEWS, "press");
      delete(ControlKind.APP, MAIL.value());
      awaitTeam(reader, NEWS, "press");
      awaitNone(reader, MAIL);
      assertThat(reader.waitingFor()).isEmpty();
    }
  }

  @Test
  void every_kind_is_read_as_it_was_written_and_is_gone_when_it_is_revoked() throws Exception {
    Team team = new Team("Post", CREATED);
    ProviderKey key =
        new ProviderKey(
            "TEAM567890", bytes("public"), List.of(MAIL.value()), CREATED, CREATED.plusSeconds(60));
    ApiKey apiKey = new ApiKey("TEAM567890", bytes("hash"), null, CREATED, null);

    write(ControlKind.TEAM, "TEAM567890", team);
    write(ControlKind.PROVIDER_KEY, "KEY4567890", key);
    write(ControlKind.API_KEY, "API4567890", apiKey);
    Limit limit = new Limit(100, 2);
    write(ControlKind.LIMIT, LimitEntries.TEAM + "TEAM567890", limit);

    try (ControlReader reader = read()) {
      assertThat(reader.team("TEAM567890")).hasValue(team);
      assertThat(reader.providerKey("KEY4567890")).hasValue(key);
      assertThat(reader.apiKey("API4567890")).hasValue(apiKey);
      assertThat(reader.apiKey("KEY4567890")).isEmpty();
      assertThat(reader.entries(ControlKind.PROVIDER_KEY))
          .containsExactly(entry("KEY4567890", key));

      assertThat(reader.entries(ControlKind.LIMIT))
          .containsExactly(entry("team/TEAM567890", limit));

      long before = reader.version();
      delete(ControlKind.PROVIDER_KEY, "KEY4567890");
      delete(ControlKind.API_KEY, "API4567890");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            assertThat(reader.providerKey("KEY4567890")).isEmpty();
            assertThat(reader.apiKey("API4567890")).isEmpty();
          });
      assertThat(reader.version()).isGreaterThan(before);
      assertThat(reader.team("TEAM567890")).hasValue(team);
      assertThat(reader.unreadable()).isZero();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_the_installation_writes_is_passed_over_and_what_is_unreadable_is_counted()
      throws Exception {
    byte[] text = "id=blue\n".getBytes(StandardCharsets.UTF_8);
    cluster.appendBytes(LogTopics.CONTROL, "installation".getBytes(StandardCharsets.UTF_8), text);
    cluster.appendBytes(LogTopics.CONTROL, "token-key/1".getBytes(StandardCharsets.UTF_8), text);
    cluster.appendBytes(LogTopics.CONTROL, new ControlKey("app", NEWS.value()).bytes(), text);
    byte[] foreign = serialised(ControlKind.APP, new App("post"));
    cluster.appendBytes(
        LogTopics.CONTROL, ControlKey.of(ControlKind.PROVIDER_KEY, "KEY4567890").bytes(), foreign);
    write(MAIL, "post");

    try (ControlReader reader = read()) {
      assertThat(reader.app(MAIL)).map(App::getTeam).hasValue("post");
      assertThat(reader.app(NEWS)).isEmpty();
      assertThat(reader.providerKey("KEY4567890")).isEmpty();
      assertThat(reader.unreadable()).isEqualTo(2);
    }
  }

  @Test
  void a_topic_that_was_made_anew_is_read_again_and_what_the_old_one_had_is_forgotten()
      throws Exception {
    write(MAIL, "post");
    try (ControlReader reader = read()) {
      cluster.makeAnew(LogTopics.CONTROL);
      write(NEWS, "press");

      awaitTeam(reader, NEWS, "press");
      awaitNone(reader, MAIL);
    }
  }
}
