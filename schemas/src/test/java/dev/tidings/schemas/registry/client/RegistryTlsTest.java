package dev.tidings.schemas.registry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.registry.config.RegistryConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry that wants TLS and credentials, as many in companies do. */
@Timeout(60)
final class RegistryTlsTest {
  private static final String SUBJECT = "tidings.control-value";

  @TempDir private Path directory;
  private X509Bundle authority;
  private Path trusted;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    trusted = Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
  }

  private static CertificateBuilder of(String host) {
    return new CertificateBuilder().ecp256().subject("CN=" + host).addSanDnsName(host);
  }

  private GuardedRegistry registry() throws Exception {
    return new GuardedRegistry(of("localhost").buildIssuedBy(authority));
  }

  private Map<String, String> settings(GuardedRegistry registry) {
    return new HashMap<>(
        Map.of(
            "schema.registry.url",
            "https://" + registry.host(),
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            GuardedRegistry.CREDENTIALS,
            "schema.registry.ssl.truststore.location",
            trusted.toString()));
  }

  private static int register(Map<String, String> settings) {
    try (RegistryClient client = new RegistryClient(RegistryConfig.of(settings))) {
      int id = client.register(SUBJECT, Team.getClassSchema());
      assertThat(client.schemaAtOnce(id)).isEqualTo(Team.getClassSchema());
      return id;
    }
  }

  /** Returns why nothing can be registered; nowhere in it is the password. */
  private static RegistryException failure(Map<String, String> settings) {
    try (RegistryClient client = new RegistryClient(RegistryConfig.of(settings))) {
      RegistryException failure =
          catchThrowableOfType(
              RegistryException.class, () -> client.idAtOnce(SUBJECT, Team.getClassSchema()));
      StringWriter all = new StringWriter();
      failure.printStackTrace(new PrintWriter(all));
      assertThat(all.toString()).doesNotContain("pass:word", "pass%3Aword");
      return failure;
    }
  }

  @Test
  void schemas_are_registered_and_found_with_an_authority_of_ones_own_and_a_password()
      throws Exception {
    try (GuardedRegistry registry = registry()) {
      assertThat(register(settings(registry))).isPositive();

      Map<String, String> inUrl = settings(registry);
      inUrl.put("basic.auth.credentials.source", "URL");
      inUrl.put("schema.registry.url", "https://tidings:pass%3Aword@" + registry.host());
      assertThat(register(inUrl)).isPositive();
    }
  }

  @Test
  void the_authority_may_be_in_a_key_store() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", authority.getCertificate());
    Path file = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    try (GuardedRegistry registry = registry()) {
      Map<String, String> settings = settings(registry);
      settings.put("schema.registry.ssl.truststore.location", file.toString());
      settings.put("schema.registry.ssl.truststore.password", "changeit");
      assertThat(register(settings)).isPositive();

      settings.put("schema.registry.ssl.truststore.password", "wrong-one");
      assertThatThrownBy(() -> RegistryConfig.of(settings))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("schema.registry.ssl.truststore.location")
          .hasMessageNotContaining("wrong-one");
    }
  }

  @Test
  void another_authority_another_host_and_an_expired_certificate_are_not_trusted()
      throws Exception {
    X509Bundle other =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=other")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Instant now = Instant.now();
    for (X509Bundle certificate :
        new X509Bundle[] {
          of("localhost").buildIssuedBy(other),
          of("registry.example.com").buildIssuedBy(authority),
          of("localhost")
              .notBefore(now.minus(Duration.ofDays(2)))
              .notAfter(now.minus(Duration.ofDays(1)))
              .buildIssuedBy(authority)
        }) {
      try (GuardedRegistry registry = new GuardedRegistry(certificate)) {
        assertThat(failure(settings(registry)))
            .isInstanceOf(RegistryException.Unavailable.class)
            .hasMessageContaining("https://" + registry.host() + " has failed in TLS: ")
            .hasMessageContaining("schema.registry.ssl.truststore.location");
      }
    }
  }

  @Test
  void without_the_file_only_those_that_java_knows_are_trusted() throws Exception {
    try (GuardedRegistry registry = registry()) {
      Map<String, String> settings = settings(registry);
      settings.remove("schema.registry.ssl.truststore.location");

      assertThat(failure(settings)).hasMessageContaining("has failed in TLS: ");
    }
  }

  @Test
  void a_registry_that_speaks_no_tls_is_said_to() throws Exception {
    try (GuardedRegistry registry = registry();
        ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerPlainly(plain));
      Map<String, String> settings = settings(registry);
      settings.put("schema.registry.url", "https://127.0.0.1:" + plain.getLocalPort());

      assertThat(failure(settings)).hasMessageContaining("has failed in TLS: ");
    }
  }

  /** Answers each connection's first bytes, whatever they are, until the socket is closed. */
  private static void answerPlainly(ServerSocket server) {
    try {
      while (true) {
        try (Socket connection = server.accept()) {
          var _ = connection.getInputStream().read(new byte[1024]);
          connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @Test
  void a_wrong_password_is_refused_and_the_settings_are_named() throws Exception {
    try (GuardedRegistry registry = registry()) {
      Map<String, String> settings = settings(registry);
      settings.put("basic.auth.user.info", "tidings:other-pass:word");

      assertThat(failure(settings))
          .isInstanceOf(RegistryException.Refused.class)
          .hasMessageContaining("answered 401 (40101): Unauthorized")
          .hasMessageContaining("basic.auth.user.info");
    }
  }

  @Test
  void a_file_that_cannot_be_used_is_named_before_anything_starts() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
    Path damaged =
        Files.writeString(directory.resolve("damaged"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
    for (Path file : new Path[] {empty, nonsense, damaged, directory.resolve("missing")}) {
      assertThatThrownBy(() ->
              RegistryConfig.of(
                  Map.of(
                      "schema.registry.url",
                      "https://registry",
                      "schema.registry.ssl.truststore.location",
                      file.toString())))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("expected: a file with certificates of authorities");
    }
  }
}
