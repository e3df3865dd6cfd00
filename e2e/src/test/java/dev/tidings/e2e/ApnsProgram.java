package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A provider with an APNs client for Node.js that nobody here wrote, in a process of its own. */
final class ApnsProgram implements AutoCloseable {
  /** The clients: what each calls itself. */
  static final List<String> CLIENTS = List.of("node-apn", "apns2", "hapns");

  /** Not a client, but what one of them does with channels. */
  static final String CHANNELS = "channels";

  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "elsewhere.cjs", "provider.mjs");

  private final Process process;
  private final BufferedReader answers;

  private ApnsProgram(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
  }

  /** Makes the clients ready in a directory. */
  static void install(Path directory) throws Exception {
    Files.createDirectories(directory);
    for (String file : FILES) {
      Files.copy(Path.of("src/test/npm-apns", file), directory.resolve(file));
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
  }

  /**
   * Starts one.
   *
   * @param directory where they are installed
   * @param key the file that the administrator was given
   */
  static ApnsProgram start(
      String client, Path directory, Pipeline pipeline, Path key, String kid, String team)
      throws IOException {
    String ca = pipeline.stack().certificates().ca().toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                "node",
                "--require",
                directory.resolve("elsewhere.cjs").toString(),
                directory.resolve("provider.mjs").toString(),
                client,
                key.toString(),
                kid,
                team,
                Provider.APP,
                ca)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("NODE_EXTRA_CA_CERTS", ca);
    builder
        .environment()
        .put(
            "APNS_PORT",
            Integer.toString(pipeline.endpoint(TidingsService.INGEST_API, "https").port()));
    return new ApnsProgram(builder.start());
  }

  /** Does what a line says; returns the client's answer. */
  String does(String line) throws IOException {
    return send(line);
  }

  /** Sends to a token; returns {@code sent}, or what the client says is wrong. */
  String send(String token) throws IOException {
    process.outputWriter(UTF_8).append(token).append('\n').flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the client has ended");
    }
    return answer;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.outputWriter(UTF_8).close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
