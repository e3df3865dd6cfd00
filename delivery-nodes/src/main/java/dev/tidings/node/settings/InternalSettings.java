package dev.tidings.node.settings;

import dev.tidings.net.tls.MutualTlsSettings;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.util.List;
import java.util.Optional;

/** The settings of the connections between nodes. */
public final class InternalSettings {
  public static final Setting<Integer> INTERNAL_PORT =
      Setting.port(
          "internal.port",
          1884,
          "Port for the connections that other nodes relay to this one; 0: any free.");
  public static final Setting<Integer> INTERNAL_PORTS =
      Setting.integer(
          "internal.ports",
          4,
          1,
          64,
          "How many ports to listen on for other nodes, internal.port and those after it as far as"
              + " they are free: one host has some 28,000 connections to each.");
  public static final Setting<String> INTERNAL_BIND_ADDRESS =
      Setting.text(
          "internal.bind.address",
          "0.0.0.0",
          "Address to listen on for other nodes. Who reaches it is believed to be one, unless"
              + " internal.tls.certificate is set.");
  static final Setting<Optional<String>> ADVERTISED_HOST =
      Setting.optionalText(
          "advertised.host",
          "Name or address under which the other nodes reach internal.port, and devices that are"
              + " redirected the MQTT ports, one for each node; by default"
              + " internal.bind.address, or this host's own, or the one it reaches the brokers"
              + " from.");
  static final MutualTlsSettings TLS = MutualTlsSettings.of("internal.tls");
  static final Setting<List<String>> TLS_NAMES =
      Setting.list(
          "internal.tls.names",
          List.of(),
          "Host names (*.NAME: all that end so) and URIs, one of which a node's certificate has"
              + " among its alternative names, separated by commas; empty: every certificate of"
              + " internal.tls.ca is a node's.");
  static final Setting<PeerMode> TLS_MODE =
      Setting.choice(
          "internal.tls.mode",
          PeerMode.class,
          PeerMode.REQUIRE,
          "With internal.tls.certificate: require: nodes speak TLS alone with one another; steps"
              + " towards it, one for all nodes after the other: accept: no TLS to other nodes, and"
              + " either way from them; prefer: TLS to them, and either way from them.");

  static final Settings ALL =
      Settings.of(
          INTERNAL_PORT,
          INTERNAL_PORTS,
          INTERNAL_BIND_ADDRESS,
          TLS.certificate(),
          TLS.key(),
          TLS.authorities(),
          TLS_NAMES,
          TLS_MODE,
          NodeOpenPorts.SETTING,
          ADVERTISED_HOST);

  private InternalSettings() {}

  /** Whether nodes have to prove to one another that they are nodes. */
  static boolean isTlsRequired(Config config) {
    return config.get(TLS.certificate()).isPresent() && config.get(TLS_MODE) == PeerMode.REQUIRE;
  }
}
