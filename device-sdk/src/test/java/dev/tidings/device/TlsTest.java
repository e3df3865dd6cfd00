package dev.tidings.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path dir;
  private final List<ConnectionChange> changes = new CopyOnWriteArrayList<>();

  @Test
  void a_server_is_trusted_whose_certificate_is_of_the_given_ca_and_has_its_name()
      throws Exception {
    try (ScriptedServer server = server("ip:127.0.0.1");
        DeviceClient client = client(server, Optional.of(dir.resolve("ca.pem")))) {
      var _ = client.connect();

      await().until(() -> changes.contains(new ConnectionChange.Connected()));
      assertThat(server.said).contains("CONNECT");
    }
  }

  @Test
  void a_server_of_another_ca_gets_no_word() throws Exception {
    try (ScriptedServer server = server("ip:127.0.0.1");
        DeviceClient client = client(server, Optional.empty())) {
      var _ = client.connect();

      await().until(() -> changes.size() >= 2);
      assertThat(changes).allMatch(ConnectionChange.Lost.class::isInstance);
      assertThat(server.said).doesNotContain("CONNECT");
    }
  }

  @Test
  void a_server_of_another_name_gets_no_word() throws Exception {
    try (ScriptedServer server = server("dns:other.example");
        DeviceClient client = client(server, Optional.of(dir.resolve("ca.pem")))) {
      var _ = client.connect();

      await().until(() -> changes.size() >= 2);
      assertThat(changes).allMatch(ConnectionChange.Lost.class::isInstance);
      assertThat(server.said).doesNotContain("CONNECT");
    }
  }

  private DeviceClient client(ScriptedServer server, Optional<Path> ca) {
    DeviceOptions.Builder options =
        DeviceOptions.builder("127.0.0.1", server.port(), "phone-1")
            .backoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)))
            .tls();
    ca.ifPresent(options::tls);
    return new DeviceClient(options.build(), notification -> {}, changes::add);
  }

  private ScriptedServer server(String name) throws Exception {
    Path store = dir.resolve("server.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=test",
        "-ext",
        "san=" + name,
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-file",
        dir.resolve("ca.pem").toString(),
        "-keystore",
        store.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new ScriptedServer(context.getServerSocketFactory().createServerSocket(0));
  }

  /** The JDK has no other way to make a certificate. */
  private static void keytool(String... arguments) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                Stream.of(
                        Stream.of(keytool), Stream.of(arguments), Stream.of("-storepass", PASSWORD))
                    .flatMap(part -> part)
                    .toList())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
