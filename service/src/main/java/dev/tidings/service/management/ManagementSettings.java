package dev.tidings.service.management;

import dev.tidings.service.config.Setting;

/** The settings of where a service's {@link ManagementServer} listens. */
public final class ManagementSettings {

  /**
   * The listen address; loopback by default, because the clients of this port are not
   * authenticated.
   */
  public static final Setting<String> HOST =
      Setting.text(
          "management.host",
          "localhost",
          "Address that metrics and health are served on; a name: every one it has.");

  /** Returns the setting {@code management.port}; each service has its own default. */
  public static Setting<Integer> port(int defaultPort) {
    return Setting.port(
        "management.port", defaultPort, "Port that metrics and health are served on; 0: any free.");
  }

  private ManagementSettings() {}
}
