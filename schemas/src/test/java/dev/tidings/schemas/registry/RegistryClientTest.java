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

final class RegistryClientTest {
  private static final Schema SCHEMA = Notification.getClassSchema();

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
  void anUnknownIdIsRefusedAndNotAskedForAgainInThatCall() {
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.schema(99))
          .isInstanceOfSatisfying(
              RegistryException.Refused.class,
              e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.errorCode()).isEqualTo(40403);
              });
      assertThat(registry.requests()).isEqualTo(1);
    }
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
