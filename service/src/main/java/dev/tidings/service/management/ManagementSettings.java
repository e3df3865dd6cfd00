package dev.tidings.service.management;

import dev.tidings.service.config.Setting;

/** Where a service's {@link ManagementServer} listens. */
public final class ManagementSettings {

  /** Loopback unless said otherwise: what is served here asks nobody who they are. */
  public static final Setting<String> HOST =
      Setting.text(
          "management.host",
          "localhost",
          "Address that metrics and health are served on; a name: every one it has.");

  /** {@code management.port}; each service has a default of its own. */
  public static Setting<Integer> port(int defaultPort) {
    return Setting.port(
        "management.port", defaultPort, "Port that metrics and health are served on; 0: any free.");
  }

  private ManagementSettings() {}
}
