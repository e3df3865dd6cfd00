package dev.tidings.ingest;

import dev.tidings.net.tls.MutualTlsSettings;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

/** The settings of the connections between ingest nodes. */
final class PeerSettings {
  static final Setting<Integer> PORT =
      Setting.port(
          "peers.port",
          8444,
          "Port for other ingest nodes, opened with peers.tls.certificate; 0: any free.");
  static final MutualTlsSettings TLS = MutualTlsSettings.of("peers.tls");
  static final Setting<List<String>> NAMES =
      Setting.list(
          "peers.tls.names",
          List.of(),
          "Host names (*.NAME: all that end so) and URIs, one of which the certificate of another"
              + " ingest node has among its alternative names, separated by commas; empty: every"
              + " certificate of peers.tls.ca is an ingest node's.");
  static final Setting<PeerMode> MODE =
      Setting.choice(
          "peers.tls.mode",
          PeerMode.class,
          PeerMode.REQUIRE,
          "With peers.tls.certificate: require: ingest nodes speak TLS alone with one another, and"
              + " believe nobody else what is asked on behalf of others; steps towards it, one for"
              + " all nodes after the other: accept: no TLS to other nodes, and either way from"
              + " them; prefer: TLS to them, and either way from them.");

  private PeerSettings() {}

  /**
   * Returns the files; empty if nodes have no certificates.
   *
   * @param providers the files of the port for providers
   * @throws ConfigException if they cannot be used, or a provider could pass for a node
   */
  static Optional<TlsFiles> files(Config config, Optional<TlsFiles> providers) {
    Optional<TlsFiles> files = TlsFiles.of(config, TLS);
    if (files.isPresent() && providers.isPresent() && config.get(NAMES).isEmpty()) {
      requireOwnAuthority(files.get(), providers.get());
    }
    return files;
  }

  private static void requireOwnAuthority(TlsFiles nodes, TlsFiles providers) {
    try {
      if (nodes.sharesAuthority(providers)) {
        throw ConfigException.of(
            NAMES,
            "",
            "the names of the ingest nodes, since an authority in %s is in %s too"
                .formatted(TLS.authorities(), IngestSettings.TLS.clientCa()));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigException.of(
          TLS.authorities(),
          nodes.clientCa().map(String::valueOf).orElse(""),
          "a PEM file with certificates of authorities: " + e);
    }
  }
}
