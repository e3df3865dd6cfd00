package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static final Setting<Integer> PORT = Setting.port("http.port", 8080, "Providers' port.");
  private static final Setting<String> HOST = Setting.text("http.host", "0.0.0.0", "Where | who.");

  @Test
  void the_documentation_is_a_table_in_the_order_of_the_catalogue() {
    Settings settings =
        Settings.of(PORT, HOST, Setting.optionalText("zone", "The zone."))
            .withPassThrough("kafka.", "Handed to the Kafka clients.");

    assertThat(settings.markdown())
        .isEqualTo(
            """
            | name | default | meaning |
            |---|---|---|
            | `http.port` | `8080` | Providers' port. (0..65535) |
            | `http.host` | `0.0.0.0` | Where \\| who. |
            | `zone` |  | The zone. |
            | `kafka.*` |  | Handed to the Kafka clients. |
            """);
  }

  @Test
  void two_settings_of_the_same_name_are_refused() {
    assertThatThrownBy(() -> Settings.of(PORT, Setting.port("http.port", 1, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting: http.port (expected: a name that no other setting has)");
  }

  @Test
  void two_settings_that_share_an_environment_variable_are_refused() {
    assertThatThrownBy(() -> Settings.of(PORT, Setting.port("http-port", 1, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("setting: http-port");
  }

  @Test
  void a_catalogue_can_be_put_behind_another() {
    Settings both =
        Settings.of(PORT)
            .withPassThrough("kafka.", "")
            .and(Settings.of(HOST).withPassThrough("registry.", ""));

    assertThat(both.all()).containsExactly(PORT, HOST);
    assertThat(both.prefixes()).containsExactly("kafka.", "registry.");
    assertThat(Config.of(both, Map.of("registry.url", "x")).passThrough("registry."))
        .containsEntry("url", "x");
    assertThatThrownBy(() -> both.and(Settings.of(PORT)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_prefix_without_its_dot_is_refused() {
    Settings settings = Settings.of(PORT);

    assertThatThrownBy(() -> settings.withPassThrough("kafka", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prefix: kafka (expected: lower case with a dot at the end)");
  }
}
