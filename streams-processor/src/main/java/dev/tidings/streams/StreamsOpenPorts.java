package dev.tidings.streams;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.net.ClosedByDefault;
import java.util.Set;

/**
 * Whether other machines may reach the only port of the service, which asks nobody who they are.
 */
final class StreamsOpenPorts {
  /** A kind of port. */
  enum Port implements ClosedByDefault.Port {
    MANAGEMENT;

    @Override
    public String lets() {
      return "read health and metrics";
    }
  }

  static final Setting<Set<Port>> SETTING = ClosedByDefault.setting(Port.class);

  private StreamsOpenPorts() {}

  /**
   * Checks that it is not open unless it is to be.
   *
   * @throws ConfigException if it is
   */
  static void check(Config config) {
    Setting<?> address =
        config.get(StreamsSettings.MANAGEMENT_HOST).isPresent()
            ? StreamsSettings.MANAGEMENT_HOST
            : StreamsSettings.BIND_ADDRESS;
    new ClosedByDefault<>(config, SETTING)
        .unauthenticated(Port.MANAGEMENT, address, StreamsSettings.managementHost(config))
        .check();
  }
}
