package dev.tidings.node.settings;

import dev.tidings.auth.node.CertifiedNodes;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.MutualTls;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.transport.MqttTls;
import dev.tidings.node.transport.TlsContexts;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The TLS of the node's ports, as it is configured.
 *
 * @param devices for the devices' ports; empty if those with TLS are not opened
 * @param nodes for connections between nodes; empty if these are without TLS
 * @param mode what is spoken with other nodes
 * @param names of the nodes' certificates; empty for any
 */
public record NodeTls(
    Optional<TlsFiles> devices, Optional<TlsFiles> nodes, PeerMode mode, List<String> names) {
  private static final Duration SOON = Duration.ofSeconds(5);

  /**
   * Reads the settings.
   *
   * @throws ConfigException if they do not fit together
   */
  static NodeTls of(Config config) {
    NodeTls tls =
        new NodeTls(
            TlsFiles.of("mqtts", config, FrontSettings.MQTT_TLS),
            TlsFiles.of(config, InternalSettings.TLS),
            config.get(InternalSettings.TLS_MODE),
            config.get(InternalSettings.TLS_NAMES));
    if (config.get(DeviceAuthentication.MODE) == DeviceAuthentication.Mode.MTLS) {
      tls.requireCertificates();
    }
    tls.requireOwnAuthority();
    return tls;
  }

  /**
   * Devices have to be asked for certificates, and other nodes to be told what these have shown.
   */
  private void requireCertificates() {
    if (devices.isEmpty() || devices.get().clients() == ClientCertificates.NONE) {
      throw ConfigException.of(
          FrontSettings.MQTT_TLS.clientCa(),
          "",
          "a PEM file with the authorities that issue devices' certificates, since auth.devices is"
              + " mtls");
    }
    if (nodes.isEmpty()) {
      throw ConfigException.of(
          InternalSettings.TLS.certificate(),
          "",
          "a PEM file, and the other settings of internal.tls, since auth.devices is mtls: a node"
              + " has to prove itself before another one believes what it says of a device");
    }
    if (mode == PeerMode.ACCEPT) {
      throw ConfigException.of(
          InternalSettings.TLS_MODE, "accept", "prefer or require, since auth.devices is mtls");
    }
  }

  /** A device must not pass for a node. */
  private void requireOwnAuthority() {
    if (nodes.isEmpty() || devices.isEmpty() || !names.isEmpty()) {
      return;
    }
    try {
      if (nodes.get().sharesAuthority(devices.get())) {
        throw ConfigException.of(
            InternalSettings.TLS_NAMES,
            "",
            "the names of the nodes, since an authority in %s is in %s too, or has issued one there"
                .formatted(InternalSettings.TLS.authorities(), FrontSettings.MQTT_TLS.clientCa()));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigException.of(
          InternalSettings.TLS.authorities(),
          nodes.get().clientCa().map(String::valueOf).orElse(""),
          "a PEM file with certificates of authorities: " + e);
    }
  }

  /** Starts that of the devices' ports. */
  public Optional<TlsContexts> startDevices(
      Lifecycle lifecycle, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    if (devices.isEmpty()) {
      return Optional.empty();
    }
    MqttTls started = MqttTls.start(devices.get(), clock, metrics);
    lifecycle.onStop("tls", SOON, started::close);
    return Optional.of(started.contexts());
  }

  /** Starts that of the connections between nodes. */
  public Optional<PeerTls> startNodes(
      Lifecycle lifecycle, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    MutualTls started = MutualTls.start("internal", nodes.get(), PeerTls.PROTOCOL, clock, metrics);
    lifecycle.onStop("internal tls", SOON, started::close);
    return Optional.of(
        new PeerTls(
            mode,
            started.accepting(),
            started.connecting(),
            started.blocking(),
            new CertifiedNodes(names)));
  }
}
