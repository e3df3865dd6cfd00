package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.process.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A device with the JavaScript client over WebSocket, in Node.js: clients/test/device.mjs. */
final class JavaScriptDevice implements AutoCloseable {
  private static final Path CLIENTS = Path.of("../clients");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Thread reader;
  private final List<String> told = new CopyOnWriteArrayList<>();

  private JavaScriptDevice(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().start(this::read);
  }

  /**
   * Starts it, and waits until it is registered.
   *
   * @param kept the file of what a browser would keep over reloads
   */
  static JavaScriptDevice start(HostPort webSocket, String serial, Path kept) throws Exception {
    return start("ws://" + webSocket + "/mqtt", serial, kept, Map.of());
  }

  /**
   * Starts one that connects within TLS and has tokens to prove itself.
   *
   * @param authority the certificate that it trusts
   * @param tokens the file of its first token and the one behind it
   */
  static JavaScriptDevice startProven(
      HostPort webSocketTls, String serial, Path kept, Path authority, Path tokens)
      throws Exception {
    return start(
        "wss://" + webSocketTls + "/mqtt",
        serial,
        kept,
        Map.of("NODE_EXTRA_CA_CERTS", authority.toString(), "TOKENS", tokens.toString()));
  }

  private static JavaScriptDevice start(
      String url, String serial, Path kept, Map<String, String> environment) throws Exception {
    if (!Files.exists(CLIENTS.resolve("packages/client/dist/index.js"))) {
      throw new AssertionError("clients is not built (expected: mvn -pl clients compile)");
    }
    ProcessBuilder program =
        new ProcessBuilder(
                "node", CLIENTS.resolve("test/device.mjs").toString(), url, serial, kept.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    program.environment().putAll(environment);
    JavaScriptDevice device = new JavaScriptDevice(program.start());
    device.awaitTold("token ");
    return device;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      lines.lines().forEach(told::add);
    } catch (IOException | UncheckedIOException e) {
      // It has been ended.
    }
  }

  /** Returns how often it has asked for a token to prove itself by. */
  long tokensAskedFor() {
    return told.stream().filter("asked for a token"::equals).count();
  }

  String token() {
    return wordsBehind("token ").getFirst();
  }

  /** Returns the ids for which its handler was called. */
  List<String> called() {
    return wordsBehind("called ");
  }

  /** Returns the ids whose handler has ended. */
  List<String> handled() {
    return wordsBehind("handled ");
  }

  List<String> replayed() {
    return wordsBehind("replayed ");
  }

  private List<String> wordsBehind(String beginning) {
    return told.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .toList();
  }

  /** From now on its handler does not end before it is told to. */
  void hold() throws IOException {
    int before = wordsBehind("held").size();
    say("hold");
    await().atMost(PATIENCE).until(() -> wordsBehind("held").size() > before);
  }

  void say(String command) throws IOException {
    process.outputWriter(UTF_8).append(command).append('\n').flush();
  }

  void awaitTold(String beginning) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(told).anyMatch(line -> line.startsWith(beginning)));
  }

  void awaitHandled(int count) {
    await().atMost(PATIENCE).until(() -> handled().size() >= count);
  }

  /** Ends it as a browser that is killed. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join(10_000);
  }
}
