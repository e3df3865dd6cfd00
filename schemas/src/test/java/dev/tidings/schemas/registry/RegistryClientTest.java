package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.testing.FakeRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryClientTest {
  private static final Schema SCHEMA = Notification.getClassSchema();

  private static final String URLS = "schema.registry.url";

  private final FakeRegistry registry = new FakeRegistry();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void anIdIsAskedForOnce() {
    try (RegistryClient client = client()) {
      int id = client.id("s", SCHEMA);

      assertThat(client.id("s", SCHEMA)).isEqualTo(id);
      assertThat(client.schema(id)).isEqualTo(SCHEMA);
      assertThat(registry.requests()).isEqualTo(1);
    }
  }

  @Test
  void aSchemaIsAskedForOnce() {
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
  void subjectsAreApart() {
    try (RegistryClient client = client()) {
      client.id("s", SCHEMA);
      client.id("t", SCHEMA);
      int other = client.id("s", Receipt.getClassSchema());

      assertThat(other).isNotEqualTo(client.id("s", SCHEMA));
      assertThat(registry.requests()).isEqualTo(3);
    }
  }

  @Test
  void anOutageIsSatOut() {
    registry.failNext(3);

    try (RegistryClient client = client()) {
      assertThat(client.id("s", SCHEMA)).isEqualTo(1);
      assertThat(registry.requests()).isEqualTo(4);
    }
  }

  @Test
  void anOutageThatLastsIsUnavailableAndTheNextCallTriesAgain() {
    registry.failNext(4);

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.id("s", SCHEMA))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining("subject s")
          .hasMessageContaining("answered 503");
      assertThat(registry.requests()).isEqualTo(4);
      assertThat(client.id("s", SCHEMA)).isEqualTo(1);
    }
  }

  @Test
  void whoAsksAgainByHimselfIsToldAtOnceThatItIsUnavailable() {
    registry.failNext(1);

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.idAtOnce("s", SCHEMA))
          .isInstanceOf(RegistryException.Unavailable.class);
      assertThat(registry.requests()).isEqualTo(1);
      assertThat(client.idAtOnce("s", SCHEMA)).isEqualTo(1);
    }
  }

  @Test
  void nobodyThereIsUnavailable() {
    registry.close();

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(1))
          .isInstanceOf(RegistryException.Unavailable.class)
          .hasMessageContaining("does not answer");
    }
  }

  @Test
  void theNextOfSeveralIsTried() {
    try (FakeRegistry away = new FakeRegistry()) {
      away.failNext(1);
      try (RegistryClient client =
          client("schema.registry.url", away.url() + "," + registry.url())) {
        client.id("s", SCHEMA);
      }
      assertThat(away.requests()).isEqualTo(1);
      assertThat(registry.requests()).isEqualTo(1);
    }
  }

  @Test
  void anUnknownIdIsAskedForUntilTheRetriesAreOverAndThenTakenAsUnknown() {
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

  @Test
  void anIdThatIsGivenMeanwhileIsKnown() {
    registry.forgetNext(3);
    try (RegistryClient client = client()) {
      int id = client.register("s", SCHEMA);
      try (RegistryClient reader = client()) {
        assertThat(reader.schema(id)).isEqualTo(SCHEMA);
      }
    }
  }

  @Test
  void anIdThatOneRegistryDoesNotKnowIsAskedOfTheNext() {
    try (FakeRegistry empty = new FakeRegistry();
        RegistryClient writer = client();
        RegistryClient reader = client(URLS, empty.url() + "," + registry.url())) {
      int id = writer.register("s", SCHEMA);

      assertThat(reader.schemaAtOnce(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void whoAsksOnceForAnUnknownIdIsToldAtOnceAndAFloodOfThemAsksSeldom() {
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
  void aTwoHundredThatSaysNothingIsNoAnswer(String body) {
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
  void aSchemaComesWithThoseItRefersTo() {
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
  void whatIsNotAvroIsUnreadable() {
    registry.answerNext(1, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}");
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(1))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("PROTOBUF (expected: AVRO)");
    }
  }

  @Test
  void plainHttpIsNotAskedToBecomeHttp2() {
    try (RegistryClient client = client()) {
      client.id("s", SCHEMA);
    }
    assertThat(registry.upgradesAskedFor()).isZero();
  }

  private static String reference(String name, String subject) {
    return "{\"name\":\"%s\",\"subject\":\"%s\",\"version\":1}".formatted(name, subject);
  }

  @Test
  void withoutLeaveToRegisterAnUnknownSchemaIsRefused() {
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
