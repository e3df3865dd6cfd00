package dev.tidings.net.tls;

import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a listener's TLS.
 *
 * @param certificate the server's chain, its own certificate first
 * @param key the key of the first
 * @param clientCa the authorities of clients' certificates; empty if none are asked for
 * @param clients whether clients are asked for certificates
 */
public record TlsFiles(
    Path certificate, Path key, Optional<Path> clientCa, ClientCertificates clients) {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);
  private static final String DEVELOPMENT = "for development ./tidings certs makes both";
  private static final byte[] NOTHING = {};

  /**
   * Returns the files that the settings name; empty, with a line in the log, if none of them is
   * set: then the listener is not to be opened.
   *
   * @param listener its name in the log
   * @throws ConfigException if one is missing or cannot be used, or they do not go together
   */
  public static Optional<TlsFiles> of(String listener, Config config, TlsSettings settings) {
    Optional<Path> certificate = config.get(settings.certificate());
    Optional<Path> key = config.get(settings.key());
    Optional<Path> clientCa = config.get(settings.clientCa());
    ClientCertificates clients = config.get(settings.clientAuth());
    if (certificate.isEmpty()
        && key.isEmpty()
        && clientCa.isEmpty()
        && clients == ClientCertificates.NONE) {
      log.warn(
          "{}: no port is opened, for {} and {} are not set ({})",
          listener,
          settings.certificate(),
          settings.key(),
          DEVELOPMENT);
      return Optional.empty();
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw ConfigException.of(
          certificate.isEmpty() ? settings.certificate() : settings.key(),
          "",
          "PEM files in " + settings.certificate() + " and " + settings.key() + "; " + DEVELOPMENT);
    }
    if (clientCa.isPresent() && clients == ClientCertificates.NONE) {
      throw ConfigException.of(
          settings.clientAuth(),
          word(clients),
          "want or need, for " + settings.clientCa() + " is set");
    }
    if (clientCa.isEmpty() && clients != ClientCertificates.NONE) {
      throw ConfigException.of(
          settings.clientCa(),
          "",
          "a PEM file, for " + settings.clientAuth() + " is " + word(clients));
    }
    TlsFiles files = new TlsFiles(certificate.get(), key.get(), clientCa, clients);
    files.requireUsable(settings.certificate(), settings.key(), settings.clientCa());
    return Optional.of(files);
  }

  /**
   * Returns the files of a process that has a certificate towards others of its installation; empty
   * if none of the settings is set.
   *
   * @throws ConfigException if one is missing or cannot be used
   */
  public static Optional<TlsFiles> of(Config config, MutualTlsSettings settings) {
    Optional<Path> certificate = config.get(settings.certificate());
    Optional<Path> key = config.get(settings.key());
    Optional<Path> authorities = config.get(settings.authorities());
    if (certificate.isEmpty() && key.isEmpty() && authorities.isEmpty()) {
      return Optional.empty();
    }
    for (Setting<Optional<Path>> each :
        List.of(settings.certificate(), settings.key(), settings.authorities())) {
      if (config.get(each).isEmpty()) {
        throw ConfigException.of(
            each,
            "",
            "PEM files in %s, %s and %s"
                .formatted(settings.certificate(), settings.key(), settings.authorities()));
      }
    }
    TlsFiles files =
        new TlsFiles(
            certificate.orElseThrow(), key.orElseThrow(), authorities, ClientCertificates.NEED);
    files.requireUsable(settings.certificate(), settings.key(), settings.authorities());
    return Optional.of(files);
  }

  private static String word(ClientCertificates clients) {
    return clients.name().toLowerCase(Locale.ROOT);
  }

  private interface Check {
    void on(byte[] contents) throws GeneralSecurityException;
  }

  private void requireUsable(
      Setting<Optional<Path>> certificateSetting,
      Setting<Optional<Path>> keySetting,
      Setting<Optional<Path>> authoritiesSetting) {
    require(
        certificateSetting,
        certificate,
        "a PEM file with certificates, the server's own first",
        pem -> PemCertificates.read(certificate.toString(), pem));
    require(
        keySetting,
        key,
        "a PEM file with the key of "
            + certificateSetting
            + " in PKCS#8, PKCS#1 or SEC 1, not encrypted",
        pem -> {
          try {
            identity(new TlsContents(Files.readAllBytes(certificate), pem, NOTHING));
          } catch (IOException e) {
            throw new GeneralSecurityException(e);
          }
        });
    clientCa.ifPresent(file ->
        require(
            authoritiesSetting,
            file,
            "a PEM file with certificates of authorities",
            pem -> PemCertificates.read(file.toString(), pem)));
  }

  private static void require(
      Setting<Optional<Path>> setting, Path file, String expected, Check check) {
    try {
      check.on(Files.readAllBytes(file));
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigException.of(setting, file, expected + ": " + e);
    }
  }

  /** Reads the files. Blocks. */
  TlsContents contents() throws IOException {
    return new TlsContents(
        Files.readAllBytes(certificate),
        Files.readAllBytes(key),
        clientCa.isPresent() ? Files.readAllBytes(clientCa.get()) : NOTHING);
  }

  /**
   * Returns the key and the chain of the server.
   *
   * @throws GeneralSecurityException if one cannot be understood, or they do not belong together,
   *     as between the moments at which the two files are replaced
   */
  ServerIdentity identity(TlsContents contents) throws GeneralSecurityException {
    ServerIdentity identity =
        new ServerIdentity(
            PemKeys.read(key.toString(), new String(contents.key(), StandardCharsets.ISO_8859_1)),
            PemCertificates.read(certificate.toString(), contents.certificate()));
    if (!identity.isPair()) {
      throw new GeneralSecurityException(
          key + " is not the key of the first certificate in " + certificate);
    }
    return identity;
  }

  /**
   * Returns whether certificates that are accepted there can be accepted here too: an authority is
   * in both, or one here has issued one there, so that a chain leads to it. Blocks.
   *
   * @throws GeneralSecurityException if the authorities cannot be understood
   */
  public boolean sharesAuthority(TlsFiles other) throws IOException, GeneralSecurityException {
    List<X509Certificate> ours = clients(contents()).authorities();
    return other.clients(other.contents()).authorities().stream()
        .anyMatch(theirs ->
            ours.stream()
                .anyMatch(own ->
                    own.getPublicKey().equals(theirs.getPublicKey()) || hasIssued(own, theirs)));
  }

  private static boolean hasIssued(X509Certificate authority, X509Certificate certificate) {
    if (!authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Another authority of that name.
      return false;
    }
  }

  /** Returns the clients' certificates that are accepted. */
  ClientTrust clients(TlsContents contents) throws GeneralSecurityException {
    return clientCa.isEmpty()
        ? ClientTrust.NONE
        : new ClientTrust(
            clients, PemCertificates.read(clientCa.get().toString(), contents.authorities()));
  }
}
