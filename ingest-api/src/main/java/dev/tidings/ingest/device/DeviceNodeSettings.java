package dev.tidings.ingest.device;

import dev.tidings.net.tls.MutualTlsSettings;
import dev.tidings.service.config.Setting;
import java.util.List;

/** The settings of the questions to delivery nodes. */
public final class DeviceNodeSettings {
  public static final MutualTlsSettings TLS = MutualTlsSettings.of("nodes.tls");

  public static final Setting<List<String>> NAMES =
      Setting.list(
          "nodes.tls.names",
          List.of(),
          "Host names (*.NAME: all that end so) and URIs, one of which the certificate of a"
              + " delivery node has among its alternative names, separated by commas; empty: every"
              + " certificate of nodes.tls.ca is a delivery node's.");

  private DeviceNodeSettings() {}
}
