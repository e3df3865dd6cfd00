package dev.tidings.service.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagementSettingsTest {

  private static final Setting<Integer> PORT = ManagementSettings.port(9101);
  private static final Settings SETTINGS = Settings.of(ManagementSettings.HOST, PORT);

  @Test
  void it_listens_on_loopback_unless_told_otherwise() {
    Config config = Config.of(SETTINGS, Map.of());

    assertThat(config.get(ManagementSettings.HOST)).isEqualTo("localhost");
    assertThat(config.get(PORT)).isEqualTo(9101);
  }

  @Test
  void host_and_port_can_be_set() {
    Config config =
        Config.of(SETTINGS, Map.of("management.host", "0.0.0.0", "management.port", "0"));

    assertThat(config.get(ManagementSettings.HOST)).isEqualTo("0.0.0.0");
    assertThat(config.get(PORT)).isZero();
  }
}
