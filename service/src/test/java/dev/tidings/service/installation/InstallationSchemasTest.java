package dev.tidings.service.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.SchemaStore;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.start.Prerequisites;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G152 of docs/guarantees.md. */
final class InstallationSchemasTest {
  private static final Schema REGISTRATION = Registration.getClassSchema();
  private static final Schema RECEIPT = Receipt.getClassSchema();

  private final FakeRegistry registry = new FakeRegistry();
  private final ControlState state = new ControlState();
  private final Map<String, byte[]> control = new HashMap<>();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void what_one_process_writes_with_is_known_to_every_other_one_without_a_registry() {
    int id = start();

    assertThat(control).containsOnlyKeys("schema/" + id);
    assertThat(another().find(id)).contains(REGISTRATION);
    assertThat(another().ids()).containsExactly(id);
  }

  @Test
  void a_process_without_a_memory_of_its_own_takes_no_id_that_was_another_schema_s() {
    int id = start();
    registry.lose();
    try (RegistryClient emptied = client(SchemaStore.none())) {
      assertThat(emptied.register("receipts", RECEIPT)).isEqualTo(id);
    }

    try (RegistryClient fresh = client(another())) {
      assertThatThrownBy(() ->
              new Prerequisites(Duration.ofMillis(1))
                  .awaitSchemas(fresh, List.of(LogTopics.RECEIPTS)))
          .hasMessageContaining(registry.url())
          .hasMessageContaining("schema id " + id + " is dev.tidings.schemas.avro.Receipt (")
          .hasMessageContaining("expected: dev.tidings.schemas.avro.Registration (");
      assertThat(fresh.schema(id)).isEqualTo(REGISTRATION);
    }
  }

  @Test
  void a_process_without_a_memory_of_its_own_registers_nothing_with_an_emptied_registry() {
    start();
    registry.lose();

    try (RegistryClient fresh = client(another())) {
      assertThatThrownBy(() ->
              new Prerequisites(Duration.ofMillis(1))
                  .awaitSchemas(fresh, List.of(LogTopics.RECEIPTS)))
          .hasMessageContaining("none of the 1 schema ids");
    }
    try (RegistryClient other = client(SchemaStore.none())) {
      assertThat(other.register("orders", RECEIPT)).isEqualTo(1);
    }
  }

  @Test
  void the_first_record_of_an_id_counts_and_is_written_again_until_an_operator_deletes_it() {
    take("schema/1", InstallationSchemas.bytes(REGISTRATION.toString()));
    take("schema/1", InstallationSchemas.bytes(RECEIPT.toString()));

    assertThat(state.schemas()).isEqualTo(Map.of(1, REGISTRATION.toString()));
    assertThat(state.overwritten()).containsOnlyKeys("schema/1");
    take("schema/1", state.overwritten().get("schema/1"));
    assertThat(state.overwritten()).isEmpty();

    take("schema/1", null);
    assertThat(state.schemas()).isEmpty();
  }

  @Test
  void what_is_no_schema_is_none() {
    take("schema/x", InstallationSchemas.bytes(RECEIPT.toString()));
    take("schema/-1", InstallationSchemas.bytes(RECEIPT.toString()));
    take("schema/2", new byte[] {1, 2});
    take("schema/3", InstallationSchemas.bytes("nonsense"));

    assertThat(another().find(2)).isEmpty();
    assertThat(another().find(3)).isEmpty();
    assertThat(state.schemas()).containsOnlyKeys(3);
  }

  /** A process starts, and records what it writes with; returns the id. */
  private int start() {
    InstallationSchemas own = new InstallationSchemas();
    try (RegistryClient client = client(own.over(SchemaStore.none()))) {
      int id = client.id("registrations", REGISTRATION);
      own.write(client.written());
      control.putAll(own.unsaid());
      control.forEach(this::take);
      own.recorded(state.schemas());
      assertThat(own.unsaid()).isEmpty();
      return id;
    }
  }

  /** Returns what a process with an empty disk knows. */
  private SchemaStore another() {
    InstallationSchemas schemas = new InstallationSchemas();
    schemas.recorded(state.schemas());
    return schemas.over(SchemaStore.none());
  }

  private void take(String key, byte @Nullable [] value) {
    state.take(key.getBytes(StandardCharsets.UTF_8), value, Instant.EPOCH);
  }

  private RegistryClient client(SchemaStore kept) {
    return new RegistryClient(
        RegistryConfig.of(
            Map.of(RegistryConfig.URL, registry.url(), "retries.wait.ms", "1", "max.retries", "0")),
        kept,
        Runnable::run);
  }
}
