package dev.tidings.infra.cli.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.infra.cli.doctor.Subject;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and payloads are planted wherever the bundle looks, and looked for in it. */
class BundleTest {
  private static final String JWT =
      "eyJhbGciOiJFUzI1NiIsImtpZCI6IkEifQ.eyJpc3MiOiJ0ZWFtIn0.c2lnbmF0dXJlLW9mLXRva2Vu";
  private static final String API_KEY = "tid_KEY4567890_" + "aB3-_".repeat(8) + "xyz";
  private static final String DEVICE_TOKEN =
      "0194d9f6174a6d12b4dc6643fe633ec6abb4e5e0262218f05a7bd";

  private static final List<String> PLANTED =
      List.of(
          "planted-jaas-password",
          "planted-jaas-user",
          "planted-keystore-password",
          "planted-token-key-0123456789abcdef",
          "planted-registry-password",
          "planted-environment-secret",
          "planted-access-file",
          "planted-private-key",
          "planted payload",
          "planted-alert",
          "planted-plugin-value",
          "cGxhbnRlZCBwYXlsb2Fk",
          "signature-of-token",
          "c2lnbmF0dXJlLW9mLXRva2Vu",
          "aB3-_aB3-_",
          DEVICE_TOKEN);

  @TempDir Path data;
  private HttpServer service;

  @BeforeEach
  void plant() throws IOException {
    write(
        "services/ingest-api/service.properties",
        """
        kafka.bootstrap.servers=localhost\\:%d
        kafka.sasl.mechanism=PLAIN
        kafka.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username\\="planted-jaas-user" password\\="planted-jaas-password";
        kafka.ssl.keystore.password=planted-keystore-password
        kafka.my.plugin.option=planted-plugin-value
        token.keys=1:planted-token-key-0123456789abcdef
        schema.registry.url=http\\://operator\\:planted-registry-password@localhost\\:1/
        http.port=8080
        """
            .formatted(Ports.free()));
    write("access/api.key", "planted-access-file\n");
    write("token.keys", "1:planted-token-key-0123456789abcdef\n");
    write(
        "logs/ingest-api.log",
        """
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept kept line, connections 17
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept refused {"aps":{"alert":"planted payload"}}
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept cut {"aps":{"alert":"planted-alert
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept not JSON: (String)"planted payload"
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept base64 cGxhbnRlZCBwYXlsb2Fk%s
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept authorization: bearer %s
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept a JWT %s and a key %s
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept to token %s
        2026-11-30T10:00:00.000Z WARN  [http-loop-1] d.t.i.Accept login with planted-jaas-password failed
        {"timestamp":1,"level":"WARN","message":"kept JSON line","payload":"{\\"aps\\":\\"planted payload\\"}","token":"planted-alert"}
        -----BEGIN PRIVATE KEY-----
        planted-private-key
        -----END PRIVATE KEY-----
        """
            .formatted("A".repeat(40), JWT, JWT, API_KEY, DEVICE_TOKEN));
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String page =
        "tidings_kept 1\n# planted-token-key-0123456789abcdef password=planted-alert " + JWT;
    service.createContext(
        "/",
        exchange -> {
          byte[] body = page.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    service.start();
  }

  @Test
  void a_bundle_has_what_support_needs_and_nothing_that_was_planted() throws Exception {
    Path file = data.resolve("support.zip");
    bundle().write(file, "{\"found\":\"password=planted-alert\"}");
    service.stop(0);

    Map<String, String> entries = entries(file);
    assertThat(entries.keySet())
        .contains(
            "versions.txt",
            "findings.jsonl",
            "environment.txt",
            "settings/ingest-api.txt",
            "kafka/failed.txt",
            "metrics/ingest-api.txt",
            "health/ingest-api.json",
            "logs/ingest-api.log");
    assertThat(entries.get("settings/ingest-api.txt"))
        .contains("http.port=8080", "kafka.sasl.mechanism=PLAIN", "token.keys=(hidden)");
    assertThat(entries.get("logs/ingest-api.log"))
        .contains("kept line, connections 17", "kept JSON line");
    assertThat(entries.get("metrics/ingest-api.txt")).contains("tidings_kept 1");
    entries.forEach((name, text) -> assertThat(text).as(name).doesNotContain(PLANTED));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_file_that_is_there_stays_as_it_is() throws Exception {
    Path file = Files.writeString(data.resolve("support.zip"), "mine");

    assertThatThrownBy(() -> bundle().write(file, ""))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("mine");
    service.stop(0);
  }

  private Bundle bundle() throws IOException {
    ServiceFiles files = ServiceFiles.in(data);
    Site site =
        Site.of(files)
            .withServices(
                Map.of("ingest-api", new HostPort("localhost", service.getAddress().getPort())));
    Subject subject = new Subject(site, files, data, List.of(), List.of(), OptionalInt.empty());
    Map<String, String> environment =
        Map.of(
            "TIDINGS_API_KEY",
            API_KEY,
            "TIDINGS_KAFKA_SASL_PASSWORD",
            "planted-environment-secret",
            "TIDINGS_LOG_LEVEL",
            "INFO");
    return new Bundle(subject, "Tidings", environment, InstantSource.system());
  }

  private static Map<String, String> entries(Path file) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (var entry : zip.stream().toList()) {
        entries.put(entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), UTF_8));
      }
    }
    return entries;
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(data.resolve(file).getParent());
    Files.writeString(data.resolve(file), text);
  }
}
