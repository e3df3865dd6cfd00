package dev.tidings.ingest;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.net.ClosedByDefault;
import java.util.Set;

/**
 * Which ports of the service other machines may reach although nobody proves who they are there.
 */
final class IngestOpenPorts {
  /** A kind of port, by those it is for. */
  enum Port implements ClosedByDefault.Port {
    PROVIDERS("send to every token and read every trace"),
    MANAGEMENT("read health and metrics");

    private final String lets;

    Port(String lets) {
      this.lets = lets;
    }

    @Override
    public String lets() {
      return lets;
    }
  }

  static final Setting<Set<Port>> SETTING = ClosedByDefault.setting(Port.class);

  private IngestOpenPorts() {}

  /**
   * Checks that no port is open that is not to be.
   *
   * @throws ConfigException if one is
   */
  static void check(Config config) {
    ClosedByDefault<Port> ports = new ClosedByDefault<>(config, SETTING);
    if (!ProviderAuthentication.isRequired(config)) {
      ports.unauthenticated(Port.PROVIDERS, IngestSettings.BIND_ADDRESS, "auth.providers=keys");
    }
    ports.unauthenticated(Port.MANAGEMENT, ManagementSettings.HOST).check();
  }
}
