package dev.tidings.schemas.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryConfigTest {

  @Test
  void the_defaults_are_said() {
    RegistryConfig config = of("schema.registry.url", "http://registry:8081");

    assertThat(config)
        .isEqualTo(
            new RegistryConfig(
                java.util.List.of(URI.create("http://registry:8081")),
                null,
                null,
                true,
                3,
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10)));
  }

  @Test
  void everything_goes_by_confluents_names() {
    RegistryConfig config =
        of(
            "schema.registry.url",
            "http://a:1/, https://b:2/base/",
            "auto.register.schemas",
            false,
            "max.retries",
            7,
            "retries.wait.ms",
            "11",
            "retries.max.wait.ms",
            13,
            "http.read.timeout.ms",
            17);

    assertThat(config.urls())
        .containsExactly(URI.create("http://a:1"), URI.create("https://b:2/base"));
    assertThat(config.autoRegister()).isFalse();
    assertThat(config.retries()).isEqualTo(7);
    assertThat(config.retryWait()).isEqualTo(Duration.ofMillis(11));
    assertThat(config.maxRetryWait()).isEqualTo(Duration.ofMillis(13));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofMillis(17));
  }

  @Test
  void credentials_come_from_where_their_source_says() {
    String basic = "Basic " + base64("me:secret");

    assertThat(
            of(
                    "schema.registry.url", "http://r",
                    "basic.auth.credentials.source", "USER_INFO",
                    "basic.auth.user.info", "me:secret")
                .authorization())
        .isEqualTo(basic);
    assertThat(
            of(
                    "schema.registry.url", "http://r",
                    "basic.auth.credentials.source", "USER_INFO",
                    "schema.registry.basic.auth.user.info", "me:secret")
                .authorization())
        .isEqualTo(basic);
    assertThat(of("schema.registry.url", "http://me:secret@r").authorization()).isEqualTo(basic);
    assertThat(of("schema.registry.url", "http://r", "bearer.auth.token", "t").authorization())
        .isEqualTo("Bearer t");
    assertThat(
            of("schema.registry.url", "http://r", "basic.auth.user.info", "me:secret")
                .authorization())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "schema.registry.url, ''",
    "schema.registry.url, registry:8081",
    "schema.registry.url, http://a b",
    "max.retries, -1",
    "max.retries, many",
    "basic.auth.credentials.source, SASL_INHERIT"
  })
  void what_is_wrong_is_named(String name, String value) {
    assertThatThrownBy(() -> of("schema.registry.url", "http://r", name, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name);
  }

  private static RegistryConfig of(Object... namesAndValues) {
    Map<String, Object> properties = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return RegistryConfig.of(properties);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
