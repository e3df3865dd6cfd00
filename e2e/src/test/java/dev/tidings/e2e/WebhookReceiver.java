package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An endpoint for webhooks, with the library of Standard Webhooks for Node.js. */
final class WebhookReceiver implements AutoCloseable {
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "receiver.mjs");

  private final Process process;
  private final String url;
  private final List<String> told = new CopyOnWriteArrayList<>();

  private WebhookReceiver(Process process, BufferedReader lines) throws IOException {
    this.process = process;
    this.url = "http://localhost:" + lines.readLine() + "/receipts";
    Thread.ofVirtual().start(() -> lines.lines().forEach(told::add));
  }

  /**
   * Starts it.
   *
   * @param directory where it is installed
   */
  static WebhookReceiver start(Path directory) throws Exception {
    for (String file : FILES) {
      Files.copy(Path.of("src/test/npm-webhooks", file), directory.resolve(file));
    }
    MqttProgram.run(
        List.of(
            "npm",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
            directory.toString()));
    Process process =
        new ProcessBuilder("node", directory.resolve("receiver.mjs").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new WebhookReceiver(process, process.inputReader(UTF_8));
  }

  String url() {
    return url;
  }

  /** Tells it a secret: it verifies with the last one alone. */
  void knows(String secret) throws IOException {
    process.outputWriter(UTF_8).append(secret).append('\n').flush();
  }

  /** Returns a line for each request. */
  List<String> told() {
    return told;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.outputWriter(UTF_8).close();
    process.waitFor();
  }
}
