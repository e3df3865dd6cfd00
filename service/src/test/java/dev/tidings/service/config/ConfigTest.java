package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

  private static final Setting<Integer> PORT = Setting.port("http.port", 8080, "");
  private static final Setting<String> HOST = Setting.text("http.host", "localhost", "");
  private static final Setting<String> PASSWORD = Setting.secret("tls.key-password", "", "");
  private static final Settings SETTINGS = Settings.of(PORT, HOST, PASSWORD);

  @TempDir private Path directory;

  @Test
  void a_file_overrides_the_default() throws IOException {
    Config config = Config.read(SETTINGS, file("http.port = 1"), Map.of(), Map.of());

    assertThat(config.get(PORT)).isEqualTo(1);
    assertThat(config.get(HOST)).isEqualTo("localhost");
  }

  @Test
  void the_environment_overrides_the_file() throws IOException {
    Config config =
        Config.read(
            SETTINGS,
            file("http.port=1"),
            Map.of("TIDINGS_HTTP_PORT", "2", "TIDINGS_TLS_KEY_PASSWORD", "sesame"),
            Map.of());

    assertThat(config.get(PORT)).isEqualTo(2);
    assertThat(config.get(PASSWORD)).isEqualTo("sesame");
  }

  @Test
  void the_command_line_overrides_the_environment_and_the_file() throws IOException {
    Config config =
        Config.read(
            SETTINGS,
            file("http.port=1"),
            Map.of("TIDINGS_HTTP_PORT", "2"),
            Map.of("http.port", "3"));

    assertThat(config.get(PORT)).isEqualTo(3);
  }

  @Test
  void a_value_that_is_overridden_need_not_be_valid() throws IOException {
    Config config = Config.read(SETTINGS, file("http.port=x"), Map.of(), Map.of("http.port", "3"));

    assertThat(config.get(PORT)).isEqualTo(3);
  }

  @Test
  void a_file_is_read_as_utf_8_and_without_trailing_blanks() throws IOException {
    Config config =
        Config.read(SETTINGS, file("# ü\nhttp.host=bücher.example  \n"), Map.of(), Map.of());

    assertThat(config.get(HOST)).isEqualTo("bücher.example");
  }

  @Test
  void a_file_that_is_not_there_is_refused_naming_it() {
    Path missing = directory.resolve("missing.properties");

    assertThatThrownBy(() -> Config.read(SETTINGS, Optional.of(missing), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("config file: " + missing + " (expected: a readable properties file)");
  }

  @Test
  void a_file_with_a_broken_escape_is_refused() throws IOException {
    Optional<Path> broken = file("http.host=\\u12");

    assertThatThrownBy(() -> Config.read(SETTINGS, broken, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("(expected: a readable properties file)");
  }

  @Test
  void all_problems_are_found_at_once() throws IOException {
    Optional<Path> file = file("http.port=70000\nhtp.port=1\n");
    Map<String, String> overrides = Map.of("http.host", "");

    assertThatThrownBy(() -> Config.read(SETTINGS, file, Map.of(), overrides))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        "http.port: 70000 (expected: 0..65535)",
                        "http.host: \"\" (expected: some text)",
                        "htp.port: unknown setting (did you mean http.port?)"))
        .hasMessageContaining("(expected: 0..65535)\nhttp.host");
  }

  @Test
  void an_unknown_setting_like_no_other_is_refused_without_a_suggestion() {
    assertThatThrownBy(() -> Config.of(SETTINGS, Map.of("mqtt.credit", "1")))
        .hasMessage("mqtt.credit: unknown setting");
  }

  @Test
  void a_misspelt_prefix_is_suggested_with_the_rest_of_the_key() {
    Settings settings = SETTINGS.withPassThrough("kafka.", "");

    assertThatThrownBy(() -> Config.of(settings, Map.of("kafak.bootstrap.servers", "x")))
        .hasMessage(
            "kafak.bootstrap.servers: unknown setting (did you mean kafka.bootstrap.servers?)");
  }

  @Test
  void a_prefix_alone_is_an_unknown_setting() {
    Settings settings = SETTINGS.withPassThrough("kafka.", "");

    assertThatThrownBy(() -> Config.of(settings, Map.of("kafka.", "x")))
        .hasMessageStartingWith("kafka.: unknown setting");
  }

  @Test
  void an_unknown_environment_variable_like_no_setting_is_somebody_elses() {
    Config config =
        Config.read(SETTINGS, Optional.empty(), Map.of("TIDINGS_MQTT_CREDIT", "1"), Map.of());

    assertThat(config.get(PORT)).isEqualTo(8080);
  }

  @Test
  void a_misspelt_environment_variable_is_refused_with_the_one_that_was_meant() {
    assertThatThrownBy(() ->
            Config.read(SETTINGS, Optional.empty(), Map.of("TIDINGS_HTP_PORT", "1"), Map.of()))
        .hasMessage(
            "TIDINGS_HTP_PORT: unknown environment variable (did you mean TIDINGS_HTTP_PORT?)");
  }

  @Test
  void a_secret_may_be_in_a_file_that_the_environment_names() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "sesame\n");
    Path missing = directory.resolve("missing");

    Config config =
        Config.read(
            SETTINGS,
            Optional.empty(),
            Map.of("TIDINGS_TLS_KEY_PASSWORD_FILE", secret.toString()),
            Map.of());

    assertThat(config.get(PASSWORD)).isEqualTo("sesame");
    assertThatThrownBy(() ->
            Config.read(
                SETTINGS,
                Optional.empty(),
                Map.of("TIDINGS_TLS_KEY_PASSWORD_FILE", missing.toString()),
                Map.of()))
        .hasMessage("TIDINGS_TLS_KEY_PASSWORD_FILE: " + missing + " (expected: a readable file)");
  }

  @Test
  void a_secret_of_kafkas_clients_may_be_in_a_file_too() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "sesame\n");
    Path missing = directory.resolve("missing");

    Settings settings = SETTINGS.withPassThrough("kafka.", "");

    Config config =
        Config.read(
            settings,
            Optional.empty(),
            Map.of(
                "TIDINGS_KAFKA_SASL_JAAS_CONFIG_FILE", secret.toString(),
                "TIDINGS_KAFKA_SSL_TRUSTSTORE_PASSWORD_FILE", secret.toString(),
                "TIDINGS_KAFKA_SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET_FILE",
                    secret.toString(),
                "TIDINGS_KAFKA_SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_PASSPHRASE_FILE",
                    secret.toString(),
                "TIDINGS_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "assertion.jwt"),
            Map.of());

    assertThat(config.passThrough("kafka."))
        .containsEntry("sasl.jaas.config", "sesame")
        .containsEntry("ssl.truststore.password", "sesame")
        .containsEntry("sasl.oauthbearer.client.credentials.client.secret", "sesame")
        .containsEntry("sasl.oauthbearer.assertion.private.key.passphrase", "sesame")
        .containsEntry("sasl.oauthbearer.assertion.file", "assertion.jwt");
    assertThatThrownBy(() ->
            Config.read(
                settings,
                Optional.empty(),
                Map.of("TIDINGS_KAFKA_SASL_JAAS_CONFIG_FILE", missing.toString()),
                Map.of()))
        .hasMessage(
            "TIDINGS_KAFKA_SASL_JAAS_CONFIG_FILE: " + missing + " (expected: a readable file)");
  }

  @Test
  void what_kubernetes_says_of_a_service_is_no_setting() {
    Map<String, String> links =
        Map.of(
            "TIDINGS_HTTP_PORT", "tcp://10.0.0.1:8080",
            "TIDINGS_HTTP_SERVICE_HOST", "10.0.0.1",
            "TIDINGS_HTTP_SERVICE_PORT", "8080",
            "TIDINGS_KAFKA_SERVICE_HOST", "10.0.0.2",
            "TIDINGS_KAFKA_PORT", "tcp://10.0.0.2:9092",
            "TIDINGS_KAFKA_PORT_9092_TCP_ADDR", "10.0.0.2");

    Config config =
        Config.read(SETTINGS.withPassThrough("kafka.", ""), Optional.empty(), links, Map.of());

    assertThat(config.get(PORT)).isEqualTo(8080);
    assertThat(config.passThrough("kafka.")).isEmpty();
  }

  @Test
  void a_setting_that_is_not_in_the_catalogue_cannot_be_asked_for() {
    Config config = Config.of(SETTINGS, Map.of());

    assertThatThrownBy(() -> config.get(Setting.port("mqtt.port", 1883, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting: mqtt.port (expected: one of this service's catalogue)");
  }

  @Test
  void no_secret_is_printed() {
    Config config =
        Config.of(
            SETTINGS.withPassThrough("kafka.", ""),
            Map.of("tls.key-password", "sesame", "kafka.sasl.jaas.config", "sesame"));

    assertThat(config)
        .hasToString(
            "http.port=8080 http.host=localhost tls.key-password=(hidden)"
                + " kafka.sasl.jaas.config=(passed through)");
    assertThat(ConfigException.of(PASSWORD, "sesame", "the password of the key"))
        .hasMessage("tls.key-password: (hidden) (expected: the password of the key)");
  }

  @Test
  void a_service_can_refuse_a_value_for_a_reason_of_its_own() {
    assertThat(ConfigException.of(PORT, 80, "a port that is free"))
        .hasMessage("http.port: 80 (expected: a port that is free)");
  }

  private Optional<Path> file(String text) throws IOException {
    return Optional.of(Files.writeString(directory.resolve("service.properties"), text));
  }
}
