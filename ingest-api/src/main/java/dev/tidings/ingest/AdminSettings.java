package dev.tidings.ingest;

import dev.tidings.ingest.admin.ConfiguredCredential;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.net.ListenAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings of the admin port. */
final class AdminSettings {
  /** What the setting may say. */
  enum Mode {
    OFF,
    CREDENTIALS
  }

  static final Setting<Mode> MODE =
      Setting.choice(
          "auth.admin",
          Mode.class,
          Mode.OFF,
          "Whether administrators may come over HTTP: off: the admin port is not opened;"
              + " credentials: each request needs one, which tidings admin init makes.");
  static final Setting<Optional<String>> CREDENTIAL =
      Setting.optionalText(
          "auth.admin.credential",
          "An administrator who has no entry in control: the credential's ID, a colon, and the"
              + " SHA-256 of all of it in hexadecimal.");
  static final Setting<Integer> PORT =
      Setting.port("admin.port", 8090, "Port for administrators; 0: any free.");
  static final Setting<String> ADDRESS =
      Setting.text(
          "admin.address",
          "localhost",
          "Address that it listens on; with another than a loopback address it speaks TLS, with the"
              + " certificate in tls.certificate.");
  static final Setting<List<String>> NAMES =
      Setting.list(
          "admin.names",
          List.of(),
          "Host names by which it may be addressed, besides localhost; requests with any other are"
              + " refused.");

  private AdminSettings() {}

  static boolean isOpen(Config config) {
    return config.get(MODE) == Mode.CREDENTIALS;
  }

  /** Returns where it listens. */
  static ListenAddresses addresses(Config config) {
    String address = config.get(ADDRESS);
    try {
      return ListenAddresses.of(address);
    } catch (UnknownHostException e) {
      throw ConfigException.of(ADDRESS, address, "an address or name of this host");
    }
  }

  /** Returns whether credentials would leave this host. */
  static boolean isReachable(ListenAddresses addresses) {
    return !addresses.all().stream().allMatch(InetAddress::isLoopbackAddress);
  }

  /**
   * Checks what can be checked before anything is started.
   *
   * @param hasCertificate whether it could speak TLS
   */
  static void check(Config config, boolean hasCertificate) {
    if (!isOpen(config)) {
      return;
    }
    if (isReachable(addresses(config)) && !hasCertificate) {
      throw ConfigException.of(
          ADDRESS, config.get(ADDRESS), "a loopback address, or tls.certificate and tls.key");
    }
    credential(config);
  }

  static Optional<ConfiguredCredential> credential(Config config) {
    return config
        .get(CREDENTIAL)
        .map(text ->
            ConfiguredCredential.read(text)
                .orElseThrow(() ->
                    // It may be the credential itself, by mistake.
                    ConfigException.of(CREDENTIAL, "(hidden)", ConfiguredCredential.FORM)));
  }

  static Set<String> names(Config config) {
    return config.get(NAMES).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }
}
