package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The streams processor in a process of its own, which can be killed. */
final class ProcessorProcess {
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  ProcessorProcess(String broker, String registry, Path stateDir, String... settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            StreamsProcessor.class.getName()));
    List<String> all =
        new ArrayList<>(
            List.of(
                "kafka.bootstrap.servers=" + broker,
                "schema.registry.url=" + registry,
                "management.port=0",
                "instance.id=streams-it",
                "state.dir=" + stateDir,
                "kafka.main.consumer.session.timeout.ms=2000",
                "kafka.main.consumer.heartbeat.interval.ms=500"));
    all.addAll(List.of(settings));
    all.forEach(setting -> command.addAll(List.of("--set", setting)));
    process = new ProcessBuilder(command).redirectError(new File(stateDir + ".log")).start();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("READY")) {
          ready.complete(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ready.complete("ended without being ready");
    }
  }

  String awaitReady() throws Exception {
    return ready.get(60, TimeUnit.SECONDS);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** As an orchestrator does; the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return exitCode();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after a minute");
    }
    return process.exitValue();
  }
}
