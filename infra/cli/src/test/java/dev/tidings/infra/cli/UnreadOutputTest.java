package dev.tidings.infra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process, whose output takes nothing any more. */
class UnreadOutputTest {
  private static final String EVENT =
      """
      event: confirmed
      id: AQ
      data: {"id":"n-1","device":"phone","steps":[]}

      """;

  @TempDir Path directory;
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer ingest;

  @BeforeEach
  void setUp() throws IOException {
    ingest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ingest.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    ingest.createContext("/v1/receipts", this::stream);
    ingest.start();
  }

  @AfterEach
  void tearDown() {
    over.countDown();
    ingest.stop(0);
  }

  /** An event now and then, until nobody takes them. */
  private void stream(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (var body = exchange.getResponseBody()) {
      while (!over.await(50, TimeUnit.MILLISECONDS)) {
        body.write(EVENT.getBytes(UTF_8));
        body.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_command_without_an_end_of_its_own_ends_when_nobody_reads_it_any_more() throws Exception {
    String command =
        "receipts --app com.example.news --follow --url http://localhost:"
            + ingest.getAddress().getPort();

    assertThat(run("tidings " + command + " | head -1")).isEqualTo(141);
    assertThat(Files.readString(directory.resolve("out"))).contains("confirmed").hasLineCount(1);
    assertThat(Files.readString(directory.resolve("err"))).isEmpty();
  }

  @Test
  void what_cannot_be_printed_is_a_failure_and_is_said() throws Exception {
    assertThat(run("tidings completion bash >/dev/full")).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("err")))
        .isEqualTo("tidings: the standard output: No space left on device\n");
  }

  private int run(String command) throws Exception {
    String tidings =
        "set -o pipefail; tidings() { '%s/bin/java' -XX:TieredStopAtLevel=1 dev.tidings.infra.cli.Tidings \"$@\"; }; "
            .formatted(System.getProperty("java.home"));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", tidings + command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
