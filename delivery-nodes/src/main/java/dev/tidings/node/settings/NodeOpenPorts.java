package dev.tidings.node.settings;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.net.ClosedByDefault;
import java.util.Set;

/** The ports of the node that other machines may reach without authentication. */
public final class NodeOpenPorts {
  /** A kind of port, by those it is for. */
  enum Port implements ClosedByDefault.Port {
    DEVICES("be any device, read its inbox and register its apps"),
    NODES("relay devices as a node does, from any address it names"),
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

  private NodeOpenPorts() {}

  /**
   * Checks that no port is open that is not to be.
   *
   * @throws ConfigException if one is
   */
  public static void check(Config config) {
    ClosedByDefault<Port> ports = new ClosedByDefault<>(config, SETTING);
    if (!DeviceAuthentication.isRequired(config)) {
      ports.unauthenticated(Port.DEVICES, FrontSettings.BIND_ADDRESS, "auth.devices=jwt");
    }
    if (!InternalSettings.isTlsRequired(config)) {
      ports.unauthenticated(
          Port.NODES,
          InternalSettings.INTERNAL_BIND_ADDRESS,
          InternalSettings.TLS.certificate().name());
    }
    ports.unauthenticated(Port.MANAGEMENT, ManagementSettings.HOST).check();
  }
}
