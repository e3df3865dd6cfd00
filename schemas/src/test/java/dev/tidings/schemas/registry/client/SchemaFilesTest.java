package dev.tidings.schemas.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.SchemaFiles;
import dev.tidings.schemas.registry.known.SchemaStore;
import dev.tidings.schemas.testing.FakeRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G55 and G152 of docs/guarantees.md. */
class SchemaFilesTest {
  private static final Schema SCHEMA = Delivery.getClassSchema();

  private final FakeRegistry registry = new FakeRegistry();

  @TempDir Path directory;
  private int id;

  @BeforeEach
  void register() {
    try (RegistryClient writer = new RegistryClient(config())) {
      id = writer.id("s", SCHEMA);
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void what_was_learned_once_is_known_while_no_registry_can_be_reached() {
    learn();
    registry.failNext(Integer.MAX_VALUE);

    try (RegistryClient later = client()) {
      assertThat(later.schemaUnlessAway(id)).isEqualTo(SCHEMA);
      assertThat(later.schema(id)).isEqualTo(SCHEMA);
    }
    assertThat(registry.requests()).isEqualTo(3);
  }

  @Test
  void a_registry_that_gives_another_schema_than_before_is_not_believed() {
    learn();
    registry.lose();
    registerAgain(Receipt.getClassSchema());

    try (RegistryClient later = client()) {
      assertThat(later.schemaUnlessAway(id)).isEqualTo(SCHEMA);
      assertThat(later.wrong().orElseThrow())
          .contains(registry.url(), "id " + id, SCHEMA.getFullName(), "avro.Receipt (");
      assertThat(later.contradictions()).isEqualTo(1);
    }
    assertThat(new SchemaFiles(directory, config()).find(id)).contains(SCHEMA);
  }

  @Test
  void another_registry_has_to_give_the_ids_of_the_one_before() {
    learn();

    try (FakeRegistry another = new FakeRegistry()) {
      assertThat(new SchemaFiles(directory, config(another)).find(id)).contains(SCHEMA);
    }
  }

  @Test
  void while_a_registry_is_in_doubt_what_is_new_from_it_is_waited_for() {
    learn();
    registry.lose();
    registerAgain(Receipt.getClassSchema());
    int next = registerAgain(Notification.getClassSchema());

    try (RegistryClient later = client()) {
      assertThat(later.schema(id)).isEqualTo(SCHEMA);
      assertThatThrownBy(() -> later.schema(next))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining(registry.url());
      assertThatThrownBy(() -> later.schema(next + 1))
          .isInstanceOf(RegistryException.Unavailable.class);
      assertThatThrownBy(() -> later.id("another", Broadcast.getClassSchema()))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining(registry.url());
    }
    assertThat(new SchemaFiles(directory, config()).find(next)).isEmpty();
  }

  @Test
  void an_id_that_was_another_schema_s_is_not_written() {
    learn();
    registry.lose();

    try (RegistryClient later = client()) {
      assertThatThrownBy(() -> later.id("s", Receipt.getClassSchema()))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining("avro.Receipt (");
      assertThat(later.schema(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void a_registry_that_knows_none_of_its_ids_any_more_is_told_nothing_new() {
    learn();
    registry.lose();

    try (RegistryClient later = client()) {
      later.compare();

      assertThat(later.wrong().orElseThrow()).contains(registry.url(), "none of the 1 schema ids");
      int before = registry.requests();
      assertThatThrownBy(() -> later.id("s", SCHEMA))
          .isInstanceOf(RegistryException.Unavailable.class);
      assertThat(registry.requests()).isEqualTo(before);
      assertThat(later.schema(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void a_registry_that_agrees_again_is_believed_again() {
    learn();
    registry.lose();
    registerAgain(Receipt.getClassSchema());

    try (RegistryClient later = client()) {
      later.compare();
      assertThat(later.wrong()).isPresent();

      registry.lose();
      registerAgain(SCHEMA);
      later.compare();

      assertThat(later.wrong()).isEmpty();
      assertThat(later.schema(registerAgain(Receipt.getClassSchema())))
          .isEqualTo(Receipt.getClassSchema());
    }
  }

  @Test
  void a_running_process_notices_that_its_registry_was_emptied_and_goes_on_with_what_it_knows() {
    try (RegistryClient running = new RegistryClient(config())) {
      assertThat(running.id("s", SCHEMA)).isEqualTo(id);
      registry.lose();
      registerAgain(Receipt.getClassSchema());

      running.compare();

      assertThat(running.wrong().orElseThrow()).contains(SCHEMA.getFullName(), "avro.Receipt (");
      assertThat(running.id("s", SCHEMA)).isEqualTo(id);
      assertThat(running.schema(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void a_registry_that_does_not_answer_contradicts_nothing() {
    learn();
    registry.failNext(Integer.MAX_VALUE);

    try (RegistryClient later = client()) {
      later.compare();

      assertThat(later.wrong()).isEmpty();
    }
  }

  @Test
  void an_id_that_a_registry_has_forgotten_is_read_as_before() {
    learn();
    registry.lose();

    try (RegistryClient later = client()) {
      assertThat(later.schema(id)).isEqualTo(SCHEMA);
      assertThat(later.wrong()).isEmpty();
    }
  }

  @Test
  void documentation_and_defaults_are_no_contradiction() {
    new SchemaFiles(directory, config())
        .keep(
            id,
            new Schema.Parser()
                .parse(SCHEMA.toString().replaceFirst("\"doc\":\"[^\"]*\"", "\"doc\":\"\"")));

    try (RegistryClient later = client()) {
      later.compare();

      assertThat(later.wrong()).isEmpty();
    }
  }

  @Test
  void schemas_that_an_earlier_version_kept_for_the_registries_are_taken_over() throws Exception {
    learn();
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(registry.url().getBytes(StandardCharsets.UTF_8));
    Path earlier =
        Files.createDirectory(directory.resolve(HexFormat.of().formatHex(digest).substring(0, 16)));
    Files.move(file(), earlier.resolve(id + ".avsc"));

    SchemaFiles files = new SchemaFiles(directory, config());

    assertThat(files.find(id)).contains(SCHEMA);
    assertThat(files.ids()).containsExactly(id);
  }

  @Test
  void what_a_full_disk_left_behind_is_deleted_and_takes_no_place() throws IOException {
    Path left = Files.createFile(directory.resolve("7-123.new"));

    SchemaFiles files = new SchemaFiles(directory, config());

    assertThat(left).doesNotExist();
    assertThat(files.ids()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "\u0000", "{}"})
  void a_file_that_is_damaged_counts_as_none_and_is_replaced(String content) throws IOException {
    learn();
    Files.writeString(file(), content);
    assertThat(new SchemaFiles(directory, config()).find(id)).isEmpty();

    learn();

    assertThat(new SchemaFiles(directory, config()).find(id)).contains(SCHEMA);
  }

  @Test
  void a_bit_that_has_turned_is_noticed() throws IOException {
    learn();
    Files.writeString(file(), Files.readString(file()).replace("token", "tokem"));

    assertThat(new SchemaFiles(directory, config()).find(id)).isEmpty();
  }

  @Test
  void a_directory_that_cannot_be_written_costs_nothing_else() throws IOException {
    Path blocked = Files.createFile(directory.resolve("file"));

    try (RegistryClient client = client(config(), blocked)) {
      assertThat(client.schema(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void ids_that_anybody_writes_do_not_fill_the_disk() throws IOException {
    SchemaFiles files = new SchemaFiles(directory, config());

    for (int i = 0; i < 1_500; i++) {
      files.keep(i, Schema.create(Schema.Type.STRING));
    }

    try (Stream<Path> all = Files.walk(directory)) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(1_000);
    }
  }

  @Test
  void a_registry_that_was_away_a_moment_ago_is_not_asked_by_those_who_do_not_wait() {
    registry.failNext(Integer.MAX_VALUE);
    int before = registry.requests();
    try (RegistryClient client = new RegistryClient(config())) {
      for (int i = 0; i < 30; i++) {
        assertThatThrownBy(() -> client.schemaUnlessAway(id))
            .isInstanceOf(RegistryException.Unavailable.class);
      }
    }

    // One, and one more where the machine takes its time.
    assertThat(registry.requests() - before).isBetween(1, 5);
  }

  @Test
  @Timeout(60)
  void an_id_that_the_registry_learns_late_is_known_to_those_who_ask_again() {
    registry.forgetNext(2);

    try (RegistryClient client = new RegistryClient(config())) {
      assertThatThrownBy(() -> client.schemaUnlessAway(id)).isInstanceOf(RegistryException.class);
      Optional<Schema> found = Optional.empty();
      while (found.isEmpty()) {
        found = ifKnown(client);
      }
      assertThat(found).contains(SCHEMA);
    }
  }

  private Optional<Schema> ifKnown(RegistryClient client) {
    try {
      return Optional.of(client.schemaUnlessAway(id));
    } catch (RegistryException e) {
      return Optional.empty();
    }
  }

  @Test
  @Timeout(60)
  void a_registry_that_takes_connections_and_never_answers_is_not_waited_for() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RegistryConfig config =
          RegistryConfig.of(
              Map.of(
                  RegistryConfig.URL,
                  "http://127.0.0.1:" + silent.getLocalPort(),
                  "http.read.timeout.ms",
                  "3600000"));
      new SchemaFiles(directory, config).keep(7, SCHEMA);
      try (RegistryClient client = client(config, directory)) {
        assertThatThrownBy(() -> client.schemaUnlessAway(8))
            .isInstanceOf(RegistryException.Unavailable.class);
        assertThat(client.schemaUnlessAway(7)).isEqualTo(SCHEMA);
      }
    }
  }

  @Test
  void requests_of_those_who_do_not_wait_run_where_the_caller_says_one_for_each_id() {
    List<Runnable> given = new ArrayList<>();
    try (RegistryClient client = new RegistryClient(config(), SchemaStore.none(), given::add)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> client.schemaUnlessAway(id))
            .isInstanceOf(RegistryException.Unavailable.class);
      }
      assertThat(given).hasSize(1);

      given.getFirst().run();
      assertThat(client.schemaUnlessAway(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void an_executor_that_takes_no_more_fails_a_request_and_none_that_follows() {
    AtomicBoolean full = new AtomicBoolean(true);
    Executor executor =
        task -> {
          if (full.get()) {
            throw new RejectedExecutionException();
          }
          task.run();
        };
    try (RegistryClient client = new RegistryClient(config(), SchemaStore.none(), executor)) {
      assertThatThrownBy(() -> client.schemaUnlessAway(id))
          .isInstanceOf(RegistryException.Unavailable.class);

      full.set(false);
      assertThat(client.schemaUnlessAway(id)).isEqualTo(SCHEMA);
    }
  }

  private int registerAgain(Schema schema) {
    try (RegistryClient writer = new RegistryClient(config())) {
      return writer.register("s", schema);
    }
  }

  private void learn() {
    try (RegistryClient client = client()) {
      assertThat(client.schema(id)).isEqualTo(SCHEMA);
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.endsWith(id + ".avsc")).findFirst().orElseThrow();
    }
  }

  private RegistryClient client() {
    return client(config(), directory);
  }

  private static RegistryClient client(RegistryConfig config, Path directory) {
    return new RegistryClient(
        config, new SchemaFiles(directory, config), Thread::startVirtualThread);
  }

  private RegistryConfig config() {
    return config(registry);
  }

  private static RegistryConfig config(FakeRegistry registry) {
    return RegistryConfig.of(
        Map.of(RegistryConfig.URL, registry.url(), "retries.wait.ms", "1", "max.retries", "3"));
  }
}
