package dev.tidings.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a real process shows: signals, exit codes, and what goes to which stream. */
class ServiceProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern READY =
      Pattern.compile("READY sample management=(127\\.0\\.0\\.1:\\d+)\\R");

  @TempDir private Path directory;
  private Process process;

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void sigterm_stops_the_service_in_order_and_exits_with_0() throws Exception {
    start(Map.of());
    awaitIn("out", "READY");

    process.destroy();

    assertThat(exitCode()).isZero();
    assertThat(read("out")).matches(READY);
    assertThat(read("err"))
        .containsSubsequence("configured", "stopping readiness", "stopping management");
  }

  @Test
  void a_service_is_live_and_ready_once_it_has_said_so() throws Exception {
    start(Map.of());
    awaitIn("out", "READY");
    Matcher ready = READY.matcher(read("out"));
    assertThat(ready.matches()).isTrue();

    assertThat(status("http://" + ready.group(1) + "/health/ready")).isEqualTo(200);
    assertThat(status("http://" + ready.group(1) + "/metrics")).isEqualTo(200);
  }

  /** In Persian a formatted number has other digits, in Turkish the capital of i is another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {"-Duser.language=fa -Duser.extensions=u-nu-arabext", "-Duser.language=tr"})
  void what_a_service_writes_is_the_same_in_every_language(String language) throws Exception {
    start(Map.of("JAVA_TOOL_OPTIONS", language));
    awaitIn("out", "READY");
    Matcher ready = READY.matcher(read("out"));
    assertThat(ready.matches()).isTrue();

    assertThat(body("http://" + ready.group(1) + "/metrics").lines())
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(line).matches("# .*|[a-z0-9_]+([{].*[}])? [0-9.Ee+-]+|.* NaN"));
    assertThat(body("http://" + ready.group(1) + "/health/live")).contains("UP");
    assertThat(read("err"))
        .contains("numbers 1,234,567, names ID")
        .doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
  }

  @Test
  void sigterm_while_starting_stops_what_was_started_and_exits_with_0() throws Exception {
    start(Map.of(), "--set", "hangs=true");
    awaitIn("err", "hanging");

    process.destroy();

    assertThat(exitCode()).isZero();
    assertThat(read("out")).isEmpty();
    assertThat(read("err")).contains("stopping management");
  }

  @Test
  void a_wrong_configuration_from_the_environment_exits_with_2() throws Exception {
    start(Map.of("TIDINGS_MANAGEMENT_PORT", "x"));

    assertThat(exitCode()).isEqualTo(2);
    assertThat(read("err")).contains("management.port: x (expected: 0..65535)");
    assertThat(read("out")).isEmpty();
  }

  @Test
  void the_log_can_be_json_lines() throws Exception {
    start(Map.of("TIDINGS_LOG_FORMAT", "json"), "--set", "hangs=true");
    awaitIn("err", "hanging");

    assertThat(read("err").lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"))
        .anySatisfy(line ->
            assertThat(line)
                .contains("\"level\":\"INFO\"")
                .contains("\"formattedMessage\":\"hanging\"")
                .contains("\"timestamp\":"));
    assertThat(read("out")).isEmpty();
  }

  @Test
  void the_level_of_the_log_can_be_set() throws Exception {
    start(Map.of("TIDINGS_LOG_LEVEL", "WARN"));
    awaitIn("out", "READY");

    process.destroy();

    assertThat(exitCode()).isZero();
    assertThat(read("err")).isEmpty();
  }

  private void start(Map<String, String> environment, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(SampleService.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("TIDINGS_"));
    builder.environment().putAll(environment);
    process =
        builder
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
  }

  private void awaitIn(String stream, String text) {
    Awaitility.await().atMost(PATIENCE).until(() -> read(stream).contains(text));
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String read(String stream) {
    try {
      return Files.readString(directory.resolve(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String body(String uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static int status(String uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
