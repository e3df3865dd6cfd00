package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NodeSettingsTest {
  private static Config origins(String text) {
    return Config.of(NodeSettings.ALL, Map.of("mqtt.ws.origins", text));
  }

  @Test
  void an_origin_that_is_none_is_refused_by_name_before_anything_starts() {
    assertThat(FrontSettings.origins(origins("https://a.example,http://b.example:81")))
        .containsExactly("https://a.example", "http://b.example:81");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> FrontSettings.origins(origins("https://a.example,https://*.example")))
        .withMessage("mqtt.ws.origins: https://*.example (expected: scheme://host[:port] or *)");
  }
}
