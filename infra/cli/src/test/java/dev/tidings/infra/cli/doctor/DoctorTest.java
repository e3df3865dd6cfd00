package dev.tidings.infra.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.cli.doctor.host.PortChecks;
import dev.tidings.infra.cli.doctor.kafka.KafkaChecks;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.ports.Ports.Wanted;
import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private HttpServer http;
  private HostPort at;

  @BeforeEach
  void setUp() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    at = new HostPort("localhost", http.getAddress().getPort());
  }

  @AfterEach
  void tearDown() {
    http.stop(0);
  }

  @Test
  void a_local_stack_is_found_by_the_settings_of_its_services(@TempDir Path data)
      throws IOException {
    Path settings = data.resolve("services/ingest-api/service.properties");
    Files.createDirectories(settings.getParent());
    Files.writeString(
        settings,
        """
        kafka.bootstrap.servers=localhost\\:13343
        schema.registry.url=http\\://localhost\\:13554/apis
        management.port=18731
        topic.prefix=staging.
        """);

    Site site = Site.of(data);

    assertThat(site.bootstrapServers()).isEqualTo("localhost:13343");
    assertThat(site.registryUrl()).isEqualTo("http://localhost:13554/apis");
    assertThat(site.services())
        .containsExactlyEntriesOf(Map.of("ingest-api", new HostPort("localhost", 18731)));
    assertThat(site.names().of(LogTopics.CONTROL)).isEqualTo("staging.tidings.control");
    assertThat(Site.of(data.resolve("none"))).isEqualTo(Site.byDefault());
  }

  @Test
  void a_service_that_is_ready_is_sound_and_one_that_is_not_says_why() throws Exception {
    answer("/health/ready", 503, "{\"checks\":{\"log\":\"DOWN\"}}\u001b[31m");

    assertThat(service().words())
        .isEqualTo(at + ": not ready: 503 {\"checks\":{\"log\":\"DOWN\"}} [31m");

    http.removeContext("/health/ready");
    answer("/health/ready", 200, "{}");

    assertThat(service()).isEqualTo(Check.sound("a service", at + ": ready"));

    http.stop(0);

    assertThat(service().toString()).startsWith("FAIL  a service").contains("nobody answers");
  }

  @Test
  void a_registry_lists_its_subjects_and_its_clock_is_compared() throws Exception {
    answer("/subjects", 200, "[]");

    assertThat(registry(InstantSource.system())).allMatch(Check::sound).hasSize(2);
    Instant late = Instant.now().plus(Duration.ofMinutes(5));
    assertThat(registry(InstantSource.fixed(late)))
        .filteredOn(check -> !check.sound())
        .singleElement()
        .satisfies(check -> assertThat(check.words()).contains("s behind this machine"));

    http.removeContext("/subjects");
    answer("/subjects", 200, "<html>another program</html>");

    assertThat(registry(InstantSource.system()).getFirst().toString())
        .startsWith("FAIL  schema registry")
        .contains("expected: 200 and a list of subjects");
  }

  @Test
  void the_password_of_a_registry_is_sent_and_not_shown() throws Exception {
    List<String> sent = new CopyOnWriteArrayList<>();
    http.createContext(
        "/subjects",
        exchange -> {
          sent.add(exchange.getRequestHeaders().getFirst("authorization"));
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("[]".getBytes(UTF_8));
          exchange.close();
        });
    Site site =
        Site.byDefault()
            .withServices(Map.of())
            .with(Map.of(RegistryConfig.URL, "http://operator:s%3Acret@" + at));

    List<Check> checks = new HttpChecks(site, InstantSource.system()).run();

    assertThat(checks).allMatch(Check::sound);
    assertThat(checks.toString()).doesNotContain("cret").doesNotContain("operator");
    assertThat(sent)
        .containsExactly(
            "Basic " + Base64.getEncoder().encodeToString("operator:s:cret".getBytes(UTF_8)));
  }

  @Test
  void brokers_that_do_not_answer_are_said_so_and_no_topic_is_looked_for() throws Exception {
    Site site = Site.byDefault().with(Map.of("bootstrap.servers", "localhost:" + Ports.free()));

    assertThat(new KafkaChecks(site, InstantSource.system()).run())
        .singleElement()
        .satisfies(check -> {
          assertThat(check.sound()).isFalse();
          assertThat(check.words())
              .contains("no answer within 5 s (expected: brokers that answer)");
        });
  }

  @Test
  void where_nothing_runs_the_ports_that_are_taken_are_named() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      Wanted wanted = new Wanted("http", "--http-port", taken.getLocalPort());

      assertThat(PortChecks.free(List.of(wanted)).toString())
          .startsWith("FAIL  ports")
          .contains("http port " + taken.getLocalPort() + " is taken");
    }
    assertThat(PortChecks.free(List.of()).sound()).isTrue();
  }

  @Test
  void a_java_that_is_too_old_is_named() {
    assertThat(Examination.java(21, "/opt/java").words())
        .isEqualTo("21 in /opt/java (expected: 25 or later)");
    assertThat(Examination.java(25, "/opt/java").sound()).isTrue();
  }

  private Check service() throws InterruptedException {
    Site site = Site.byDefault().withServices(Map.of("a service", at));
    return new HttpChecks(site, InstantSource.system()).run().getLast();
  }

  private List<Check> registry(InstantSource clock) throws InterruptedException {
    Site site =
        Site.byDefault().withServices(Map.of()).with(Map.of(RegistryConfig.URL, "http://" + at));
    return new HttpChecks(site, clock).run();
  }

  private void answer(String path, int status, String body) {
    http.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
