package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestOpenPortsTest {
  private static List<String> problems(Map<String, String> values) {
    try {
      IngestOpenPorts.check(Config.of(IngestSettings.ALL, values));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Test
  void a_service_that_is_merely_started_does_not_start() {
    Config config =
        Config.of(
            IngestSettings.ALL,
            Map.of("token.keys", "1:000102030405060708090a0b0c0d0e0f", "start.timeout", "1s"));
    try (Lifecycle lifecycle =
        new Lifecycle("ingest-api", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> IngestApi.start(config, lifecycle))
          .withMessage(
              "bind.address: 0.0.0.0 (expected: localhost; or auth.providers=keys; or"
                  + " listen.open=providers, with which whoever reaches the port may send to every"
                  + " token and read every trace)");
    }
  }

  @Test
  void on_loopback_addresses_with_keys_or_if_told_so_it_does() {
    assertThat(problems(Map.of("bind.address", "localhost"))).isEmpty();
    assertThat(problems(Map.of("auth.providers", "keys"))).isEmpty();
    assertThat(problems(Map.of("listen.open", "providers"))).isEmpty();
  }

  @Test
  void a_certificate_that_the_tls_port_asks_for_protects_the_other_port_from_nobody() {
    Map<String, String> values =
        Map.of("tls.client.auth", "need", "tls.client.ca", "ca.pem", "bind.address", "::");

    assertThat(problems(values)).singleElement().asString().startsWith("bind.address: :: (");
  }

  @Test
  void health_and_metrics_are_for_this_machine_whatever_providers_prove() {
    assertThat(problems(Map.of("auth.providers", "keys", "management.host", "10.0.0.1")))
        .containsExactly(
            "management.host: 10.0.0.1 (expected: localhost; or listen.open=management, with which"
                + " whoever reaches the port may read health and metrics)");
    assertThat(
            problems(
                Map.of(
                    "auth.providers", "keys",
                    "management.host", "10.0.0.1",
                    "listen.open", "management")))
        .isEmpty();
  }
}
