package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.table.TableSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
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
    ControlKey key = new ControlKey(ControlKey.APP, app.value());
    try (AvroSerializer<App> serializer = new AvroSerializer<>(registry)) {
      byte[] value = serializer.serialize(key.serialisedAs(TOPIC), new App(team));
      cluster.appendBytes(LogTopics.CONTROL, key.bytes(), value);
    }
  }

  private void delete(AppId app) throws Exception {
    cluster.appendBytes(
        LogTopics.CONTROL, new ControlKey(ControlKey.APP, app.value()).bytes(), null);
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
      delete(MAIL);
      awaitTeam(reader, NEWS, "press");
      awaitNone(reader, MAIL);
      assertThat(reader.waitingFor()).isEmpty();
    }
  }

  @Test
  void what_the_installation_writes_is_passed_over_and_what_is_unreadable_is_counted()
      throws Exception {
    byte[] text = "id=blue\n".getBytes(StandardCharsets.UTF_8);
    cluster.appendBytes(LogTopics.CONTROL, "installation".getBytes(StandardCharsets.UTF_8), text);
    cluster.appendBytes(LogTopics.CONTROL, "token-key/1".getBytes(StandardCharsets.UTF_8), text);
    cluster.appendBytes(LogTopics.CONTROL, new ControlKey("app", NEWS.value()).bytes(), text);
    write(MAIL, "post");

    try (ControlReader reader = read()) {
      assertThat(reader.app(MAIL)).map(App::getTeam).hasValue("post");
      assertThat(reader.app(NEWS)).isEmpty();
      assertThat(reader.unreadable()).isEqualTo(1);
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
