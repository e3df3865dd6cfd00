package dev.tidings.ingest;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.tidings.ingest.tls.DevelopmentCa;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's key and certificate: the operator's, or one of the development CA. */
final class ServerIdentity {
  private static final Logger log = LoggerFactory.getLogger(ServerIdentity.class);

  private ServerIdentity() {}

  static TlsKeyPair of(Config config, Instant now) throws IOException, GeneralSecurityException {
    Optional<Path> certificate = config.get(IngestSettings.TLS_CERTIFICATE);
    Optional<Path> key = config.get(IngestSettings.TLS_KEY);
    if (certificate.isPresent() && key.isPresent()) {
      return read(certificate.get(), key.get());
    }
    if (certificate.isPresent() || key.isPresent()) {
      throw ConfigException.of(
          certificate.isPresent() ? IngestSettings.TLS_KEY : IngestSettings.TLS_CERTIFICATE,
          "",
          "both tls.certificate and tls.key, or neither");
    }
    DevelopmentCa ca = DevelopmentCa.in(config.get(IngestSettings.STATE_DIR).resolve("tls"), now);
    log.info("development TLS: clients are to trust {}", ca.certificate());
    return ca.issue(config.get(IngestSettings.TLS_NAMES), now);
  }

  private static TlsKeyPair read(Path certificate, Path key) {
    try {
      return TlsKeyPair.of(key.toFile(), certificate.toFile());
    } catch (IllegalArgumentException e) {
      throw ConfigException.of(
          IngestSettings.TLS_CERTIFICATE,
          certificate,
          "a PEM certificate chain, with its PKCS#8 key in tls.key: " + e.getMessage());
    }
  }
}
