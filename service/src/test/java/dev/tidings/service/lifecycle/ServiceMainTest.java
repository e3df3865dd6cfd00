package dev.tidings.service.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(30)
class ServiceMainTest {

  private static final Setting<Integer> PORT = Setting.port("http.port", 8080, "The port.");
  private static final Settings SETTINGS =
      Settings.of(PORT).withPassThrough("kafka.", "For the Kafka clients.");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;

  @Test
  void a_service_that_is_asked_to_stop_exits_with_0_after_its_steps() {
    int exitCode =
        run(
            (config, lifecycle) -> {
              lifecycle.onStop("http", LONG, () -> seen.add("stopped"));
              lifecycle.started(Map.of("http", "127.0.0.1:" + config.get(PORT)));
              lifecycle.requestStop();
            },
            "--set",
            "http.port=1");

    assertThat(exitCode).isEqualTo(ServiceMain.OK);
    assertThat(text(out)).isEqualToIgnoringNewLines("READY ingest-api http=127.0.0.1:1");
    assertThat(text(err)).isEmpty();
    assertThat(seen).containsExactly("stopped");
  }

  @Test
  void a_service_that_cannot_go_on_exits_with_1_and_one_line() {
    int exitCode =
        run((config, lifecycle) -> {
          lifecycle.onStop("http", LONG, () -> seen.add("stopped"));
          lifecycle.started(Map.of());
          lifecycle.fail(new IllegalStateException("the store is gone"));
        });

    assertThat(exitCode).isEqualTo(ServiceMain.FAILED);
    assertThat(text(err)).isEqualToIgnoringNewLines("ingest-api: failed: the store is gone");
    assertThat(seen).containsExactly("stopped");
  }

  @Test
  void a_service_that_fails_to_start_exits_with_1_and_stops_what_it_had_started() {
    int exitCode =
        run((config, lifecycle) -> {
          lifecycle.onStop("kafka", LONG, () -> seen.add("stopped"));
          throw new IOException("no broker", new IOException("connection refused"));
        });

    assertThat(exitCode).isEqualTo(ServiceMain.FAILED);
    assertThat(text(err))
        .isEqualToIgnoringNewLines("ingest-api: failed to start: no broker: connection refused");
    assertThat(text(out)).isEmpty();
    assertThat(seen).containsExactly("stopped");
  }

  @Test
  void an_error_while_starting_is_a_failure_like_any_other() {
    int exitCode =
        run((config, lifecycle) -> {
          throw new NoClassDefFoundError("org/rocksdb/RocksDB");
        });

    assertThat(exitCode).isEqualTo(ServiceMain.FAILED);
    assertThat(text(err)).contains("failed to start: org/rocksdb/RocksDB");
  }

  @Test
  void a_wrong_configuration_exits_with_2_naming_every_problem_and_starts_nothing() {
    int exitCode =
        run(
            (config, lifecycle) -> seen.add("started"),
            "--set",
            "http.port=70000",
            "--set",
            "htp.port=1");

    assertThat(exitCode).isEqualTo(ServiceMain.USAGE);
    assertThat(text(err).lines())
        .containsExactly(
            "ingest-api: can't be run with this configuration:",
            "  http.port: 70000 (expected: 0..65535)",
            "  htp.port: unknown setting (did you mean http.port?)");
    assertThat(seen).isEmpty();
  }

  @Test
  void a_configuration_that_the_starter_refuses_exits_with_2() {
    int exitCode =
        run((config, lifecycle) -> {
          lifecycle.onStop("kafka", LONG, () -> seen.add("stopped"));
          throw ConfigException.of(PORT, config.get(PORT), "a free port");
        });

    assertThat(exitCode).isEqualTo(ServiceMain.USAGE);
    assertThat(text(err)).contains("  http.port: 8080 (expected: a free port)");
    assertThat(seen).containsExactly("stopped");
  }

  @Test
  void a_file_is_read_and_the_command_line_wins_over_it() throws IOException {
    Path file =
        Files.writeString(directory.resolve("a.properties"), "http.port=1\nkafka.client.id=a\n");

    int exitCode =
        run(
            (config, lifecycle) -> {
              seen.add(config.get(PORT) + " " + config.passThrough("kafka."));
              lifecycle.requestStop();
            },
            "--config",
            file.toString(),
            "--set",
            "kafka.client.id=a=\"b\" c");

    assertThat(exitCode).isZero();
    assertThat(seen).containsExactly("1 {client.id=a=\"b\" c}");
  }

  @Test
  void a_file_that_is_not_there_exits_with_2() {
    assertThat(run((config, lifecycle) -> {}, "--config", "/nowhere/x.properties"))
        .isEqualTo(ServiceMain.USAGE);
    assertThat(text(err)).contains("config file: /nowhere/x.properties (expected: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "extra", "--set", "--set=nonsense", "--config"})
  void wrong_usage_exits_with_2_and_shows_the_usage_on_stderr(String argument) {
    assertThat(run((config, lifecycle) -> seen.add("started"), argument))
        .isEqualTo(ServiceMain.USAGE);
    assertThat(text(err)).contains("Usage: ingest-api");
    assertThat(text(out)).isEmpty();
    assertThat(seen).isEmpty();
  }

  @Test
  void help_goes_to_stdout_and_exits_with_0() {
    assertThat(run((config, lifecycle) -> seen.add("started"), "--help")).isZero();
    assertThat(text(out))
        .contains("Usage: ingest-api")
        .contains("--config", "--set", "--print-settings", "--version", "TIDINGS_A_B_C");
    assertThat(seen).isEmpty();
  }

  @Test
  void the_version_is_that_of_the_build() {
    assertThat(run((config, lifecycle) -> {}, "--version")).isZero();
    assertThat(text(out)).matches("(?s)Tidings ingest-api \\d+\\.\\d+\\.\\d+\\S*\\s*");
  }

  @Test
  void the_settings_can_be_printed() {
    assertThat(run((config, lifecycle) -> seen.add("started"), "--print-settings")).isZero();
    assertThat(text(out)).isEqualTo(SETTINGS.markdown());
    assertThat(seen).isEmpty();
  }

  @Test
  void a_starter_that_waits_is_interrupted_by_a_failure() {
    int exitCode =
        run((config, lifecycle) -> {
          Thread.ofVirtual().start(() -> lifecycle.fail(new IOException("no broker")));
          new CountDownLatch(1).await();
        });

    assertThat(exitCode).isEqualTo(ServiceMain.FAILED);
    assertThat(text(err)).isEqualToIgnoringNewLines("ingest-api: failed: no broker");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void a_secret_among_the_arguments_is_named_without_its_value() {
    Settings settings = Settings.of(PORT, Setting.secret("token.keys", "", "The keys."));
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger log = (Logger) LoggerFactory.getLogger(ServiceMain.class);
    log.addAppender(lines);
    try {
      run(
          settings,
          (config, lifecycle) -> lifecycle.requestStop(),
          "--set",
          "token.keys=1:0f0e",
          "--set",
          "http.port=1");
    } finally {
      log.detachAppender(lines);
    }

    assertThat(lines.list)
        .filteredOn(line -> line.getLevel() == Level.WARN)
        .filteredOn(line -> !line.getFormattedMessage().startsWith("JVM option "))
        .singleElement()
        .satisfies(line ->
            assertThat(line.getFormattedMessage())
                .startsWith("token.keys: given as an argument")
                .endsWith("(expected: in a file or the environment)"));
    assertThat(lines.list).noneMatch(line -> line.getFormattedMessage().contains("0f0e"));
  }

  private int run(Starter starter, String... args) {
    return run(SETTINGS, starter, args);
  }

  private int run(Settings settings, Starter starter, String... args) {
    return new ServiceMain(
            "ingest-api", settings, starter, stream(out), stream(err), status -> seen.add("halt"))
        .run(args);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(UTF_8);
  }
}
