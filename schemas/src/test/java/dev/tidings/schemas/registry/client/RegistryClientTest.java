package dev.tidings.schemas.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G52 of docs/guarantees.md. */
final class RegistryClientTest {
  private static final Schema SCHEMA = Notification.getClassSchema();

  private static final String URLS = "schema.registry.url";

  private final FakeRegistry registry = new FakeRegistry();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void an_id_is_asked_for_once() {
    try (RegistryClient client = client()) {
      int id = client.id("s", SCHEMA);

      assertThat(client.id("s", SCHEMA)).isEqualTo(id);
      assertThat(client.schema(id)).isEqualTo(SCHEMA);
      assertThat(registry.requests()).isEqualTo(1);
    }
  }

  @Test
  void a_schema_is_asked_for_once() {
    int id;
    try (RegistryClient writer = client()) {
      id = writer.id("s", SCHEMA);
    }
    try (RegistryClient reader = client()) {
      assertThat(reader.schema(id)).isEqualTo(SCHEMA);
      assertThat(reader.schema(id)).isEqualTo(SCHEMA);
      assertThat(registry.requests()).isEqualTo(2);
    }
  }

  @Test
  void subjects_are_apart() {
    try (RegistryClient client = client()) {
      client.id("s", SCHEMA);
      client.id("t", SCHEMA);
      int other = client.id("s", Receipt.getClassSchema());

      assertThat(other).isNotEqualTo(client.id("s", SCHEMA));
      assertThat(registry.requests()).isEqualTo(3);
    }
  }

  @Test
  void an_outage_is_sat_out() {
    registry.failNext(3);

    try (RegistryClient client = client()) {
      assertThat(client.id("s", SCHEMA)).isEqualTo(1);
      assertThat(registry.requests()).isEqualTo(4);
    }
  }

  @Test
  void an_outage_that_lasts_is_unavailable_and_the_next_call_tries_again() {
    registry.failNext(4);

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.id("s", SCHEMA))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining("subject s")
          .hasMessageContaining("answered 503");
      assertThat(registry.requests()).isEqualTo(4);
      assertThat(client.unanswered()).isEqualTo(4);
      assertThat(client.id("s", SCHEMA)).isEqualTo(1);
      assertThat(client.unanswered()).isEqualTo(4);
    }
  }

  @Test
  void who_asks_again_by_himself_is_told_at_once_that_it_is_unavailable() {
    registry.failNext(1);

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.idAtOnce("s", SCHEMA))
          .isInstanceOf(RegistryException.Unavailable.class);
      assertThat(registry.requests()).isEqualTo(1);
      assertThat(client.idAtOnce("s", SCHEMA)).isEqualTo(1);
    }
  }

  @Test
  void nobody_there_is_unavailable() {
    registry.close();

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(1))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining("does not answer");
    }
  }

  @Test
  void the_next_of_several_is_tried() {
    try (FakeRegistry away = new FakeRegistry()) {
      away.failNext(1);
      try (RegistryClient client =
          client("schema.registry.url", away.url() + "," + registry.url())) {
        client.id("s", SCHEMA);
        assertThat(client.unanswered()).isZero();
      }
      assertThat(away.requests()).isEqualTo(1);
      assertThat(registry.requests()).isEqualTo(1);
    }
  }

  @Test
  void an_unknown_id_is_asked_for_until_the_retries_are_over_and_then_taken_as_unknown() {
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(99))
          .isInstanceOfSatisfying(
              RegistryException.Refused.class,
              e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.errorCode()).isEqualTo(40403);
              });
      assertThat(registry.requests()).isEqualTo(4);

      assertThatThrownBy(() -> client.schema(99)).isInstanceOf(RegistryException.Refused.class);
      assertThat(registry.requests()).isEqualTo(4);
    }
  }

  /** Whoever writes garbage behind a first byte of 0 has a new id in every record. */
  @Test
  void ever_new_ids_that_nobody_knows_are_not_waited_for() {
    try (RegistryClient client = client()) {
      for (int id = 1_000; id < 1_050; id++) {
        int unknown = id;
        assertThatThrownBy(() -> client.schema(unknown))
            .isInstanceOfSatisfying(
                RegistryException.Refused.class, e -> assertThat(e.isUnknown()).isTrue());
      }
      assertThat(registry.requests()).isLessThan(75);
    }
  }

  @Test
  void an_id_that_is_given_meanwhile_is_known() {
    registry.forgetNext(3);
    try (RegistryClient client = client()) {
      int id = client.register("s", SCHEMA);
      try (RegistryClient reader = client()) {
        assertThat(reader.schema(id)).isEqualTo(SCHEMA);
      }
    }
  }

  @Test
  void an_id_that_one_registry_does_not_know_is_asked_of_the_next() {
    try (FakeRegistry empty = new FakeRegistry();
        RegistryClient writer = client();
        RegistryClient reader = client(URLS, empty.url() + "," + registry.url())) {
      int id = writer.register("s", SCHEMA);

      assertThat(reader.schemaAtOnce(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void who_asks_once_for_an_unknown_id_is_told_at_once_and_a_flood_of_them_asks_seldom() {
    try (RegistryClient client = client()) {
      for (int id = 1_000; id < 2_000; id++) {
        int unknown = id;
        assertThatThrownBy(() -> client.schemaAtOnce(unknown))
            .isInstanceOfSatisfying(
                RegistryException.Refused.class, e -> assertThat(e.isUnknown()).isTrue());
      }
      assertThat(registry.requests()).isLessThan(900);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"id\":0}", "{\"id\":\"x\"}", "[]", "null", "", "<html/>", "7"})
  void a_200_that_says_nothing_is_no_answer(String body) {
    registry.answerNext(1, body);
    try (RegistryClient client = client()) {
      assertThat(client.id("s", SCHEMA)).isEqualTo(1);
      assertThat(registry.requests()).isEqualTo(2);
      registry.answerNext(1, body);
      try (RegistryClient reader = client()) {
        assertThat(reader.schema(1)).isEqualTo(SCHEMA);
      }
    }
  }

  @Test
  void a_schema_comes_with_those_it_refers_to() {
    String zone = "{\"type\":\"record\",\"name\":\"a.Zone\",\"fields\":[]}";
    String place =
        "{\"type\":\"record\",\"name\":\"a.Place\",\"fields\":"
            + "[{\"name\":\"zone\",\"type\":\"a.Zone\"},{\"name\":\"next\",\"type\":\"a.Zone\"}]}";
    registry.put("zones/ü", zone, "");
    registry.put("places", place, reference("a.Zone", "zones/ü"));
    int id =
        registry.put(
            "s",
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"at\",\"type\":\"a.Place\"},"
                + "{\"name\":\"of\",\"type\":\"a.Zone\"}]}",
            reference("a.Place", "places") + "," + reference("a.Zone", "zones/ü"));

    try (RegistryClient client = client()) {
      assertThat(client.schema(id).getField("at").schema().getFullName()).isEqualTo("a.Place");
    }
  }

  @Test
  void what_is_not_avro_is_unreadable() {
    registry.answerNext(1, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}");
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(1))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("PROTOBUF (expected: AVRO)");
    }
  }

  @Test
  void plain_http_is_not_asked_to_become_http2() {
    try (RegistryClient client = client()) {
      client.id("s", SCHEMA);
    }
    assertThat(registry.upgradesAskedFor()).isZero();
  }

  private static String reference(String name, String subject) {
    return "{\"name\":\"%s\",\"subject\":\"%s\",\"version\":1}".formatted(name, subject);
  }

  @Test
  void without_leave_to_register_an_unknown_schema_is_refused() {
    try (RegistryClient client = client("auto.register.schemas", "false")) {
      assertThatThrownBy(() -> client.id("s", SCHEMA))
          .isInstanceOf(RegistryException.Refused.class);

      int id = client.register("s", SCHEMA);
      assertThat(client.id("s", SCHEMA)).isEqualTo(id);
    }
  }

  private RegistryClient client(String... settings) {
    Map<String, String> properties = new HashMap<>();
    properties.put("schema.registry.url", registry.url());
    properties.put("retries.wait.ms", "1");
    for (int i = 0; i < settings.length; i += 2) {
      properties.put(settings[i], settings[i + 1]);
    }
    return new RegistryClient(RegistryConfig.of(properties));
  }
}
