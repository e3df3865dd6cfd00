package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.certificate.CertificateDevices;
import dev.tidings.auth.device.jwt.IssuerSetting;
import dev.tidings.auth.device.jwt.JwtDevicesService;
import dev.tidings.auth.device.jwt.JwtSettings;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices in other languages, with libraries that nobody here wrote, that prove themselves by a
 * token or by a certificate.
 *
 * <p>Shows G91 and G95 of docs/guarantees.md.
 */
final class AuthenticatedProgramsInteropIT {
  private static final String SERIAL = "phone-1";
  private static final String REGISTERED =
      "registered {\"app\":\"com.example.news\",\"token\":\"" + FakeRegistrar.TOKEN.hex() + "\"}";

  @TempDir private Path files;
  private final TokenIssuer issuer;
  private final FakeDirectory directory = new FakeDirectory();
  private final FakeRegistrar registrar = new FakeRegistrar();
  private X509Bundle authority;
  private MqttTls tls;
  private JwtDevicesService tokens;
  private MqttFront withTokens;
  private MqttFront withCertificates;

  AuthenticatedProgramsInteropIT() throws Exception {
    issuer = new TokenIssuer();
  }

  @BeforeEach
  void start() throws Exception {
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=devices")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle server = TestIdentity.bundle();
    tls =
        MqttTls.start(
            new TlsFiles(
                write("node.pem", server.getCertificatePathPEM()),
                write("node.key", server.getPrivateKeyPEM()),
                Optional.of(write("devices.pem", authority.getCertificatePEM())),
                ClientCertificates.WANT),
            InstantSource.system(),
            new SimpleMeterRegistry());
    Path keys = files.resolve("keys.jwks");
    issuer.publish(keys);
    tokens =
        JwtDevicesService.start(
            new JwtSettings(
                List.of(IssuerSetting.read(TokenIssuer.NAME + "=" + keys, Set.of())),
                Optional.empty(),
                Set.of()),
            InstantSource.system());
    withTokens = front(tokens.devices());
    withCertificates = front(new CertificateDevices(InstantSource.system()));
  }

  private MqttFront front(DeviceAuthenticator devices) throws Exception {
    MqttFront front =
        new MqttFront(
            Fronts.settings(),
            Loops.of(1, new SimpleMeterRegistry()),
            Optional.empty(),
            Optional.of(tls.contexts()),
            devices,
            directory,
            registrar,
            SessionKeeper.none(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    front.start();
    return front;
  }

  @AfterEach
  void close() throws Exception {
    withTokens.close(Duration.ofSeconds(5));
    withCertificates.close(Duration.ofSeconds(5));
    tokens.close();
    tls.close();
  }

  @Test
  @Tag("npm")
  void mqtt_js_proves_itself_by_token_and_by_certificate() throws Exception {
    Path project = Path.of("../e2e/src/test/npm");
    for (String file : List.of("package.json", "package-lock.json")) {
      Files.copy(project.resolve(file), files.resolve(file));
    }
    String place = files.toString();
    run(
        List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", place),
        Map.of());

    assertIsKnownAndOthersAreNot(List.of("node", resource("authenticated.mjs")));
  }

  @Test
  @Tag("paho-python")
  void paho_for_python_proves_itself_by_token_and_by_certificate() throws Exception {
    assertIsKnownAndOthersAreNot(List.of("/usr/bin/python3", resource("authenticated.py")));
  }

  private void assertIsKnownAndOthersAreNot(List<String> program) throws Exception {
    int plain = withTokens.tcpPort();
    int within = withTokens.tlsPort();
    int certified = withCertificates.tlsPort();
    String own = issuer.token(SERIAL, Instant.now().plusSeconds(3600));
    String others = issuer.token("phone-2", Instant.now().plusSeconds(3600));
    Map<String, String> token = Map.of("PASSWORD", own);

    assertThat(device(program, plain, "4", token)).isEqualTo(REGISTERED);
    assertThat(device(program, plain, "5", token)).isEqualTo(REGISTERED);
    assertThat(device(program, within, "5", Map.of("PASSWORD", own, "AUTHORITY", node())))
        .isEqualTo(REGISTERED);
    assertThat(device(program, plain, "4", Map.of("PASSWORD", others))).isEqualTo("refused 5");
    assertThat(device(program, plain, "5", Map.of("PASSWORD", others))).isEqualTo("refused 135");
    assertThat(device(program, plain, "5", Map.of())).isEqualTo("refused 134");

    assertThat(device(program, certified, "5", certificate(SERIAL))).isEqualTo(REGISTERED);
    assertThat(device(program, certified, "5", certificate("phone-2"))).isEqualTo("refused 135");
    assertThat(registrar.asked).hasSize(4).containsOnly("register " + SERIAL + " com.example.news");
  }

  private String node() {
    return files.resolve("node.pem").toString();
  }

  private Map<String, String> certificate(String serial) throws Exception {
    X509Bundle own =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + serial)
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(authority);
    return Map.of(
        "AUTHORITY",
        node(),
        "CERTIFICATE",
        write("device.pem", own.getCertificatePathPEM()).toString(),
        "KEY",
        write("device.key", own.getPrivateKeyPEM()).toString());
  }

  /** Runs a device to its end; returns what it says. */
  private static String device(
      List<String> program, int port, String version, Map<String, String> environment)
      throws Exception {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("127.0.0.1", Integer.toString(port), SERIAL, version));
    return run(command, environment);
  }

  private static String run(List<String> command, Map<String, String> environment)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  private String resource(String name) throws Exception {
    try (InputStream in =
        AuthenticatedProgramsInteropIT.class.getResourceAsStream("/interop/" + name)) {
      return Files.write(files.resolve(name), in.readAllBytes()).toString();
    }
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(files.resolve(name), text);
  }
}
