package dev.tidings.schemas.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service in a process of its own, which can be stopped and killed. */
public final class ServiceProcess implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final Pattern MANAGEMENT = Pattern.compile("health and metrics: (\\S+)");

  private final Process process;
  private final Path log;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  /**
   * Starts it with this process' class path.
   *
   * @param main the class with its main method
   * @param log where its standard error goes
   * @param settings by name
   */
  public ServiceProcess(String main, Path log, Map<String, String> settings) throws IOException {
    this.log = log;
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
            main));
    settings.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
            .start();
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

  /** The READY line. */
  public String awaitReady() throws Exception {
    return ready.get(SECONDS, TimeUnit.SECONDS);
  }

  /** What the READY line says of an endpoint, such as {@code 127.0.0.1:8080}. */
  public String endpoint(String name) throws Exception {
    Matcher found = Pattern.compile(" " + name + "=(\\S+)").matcher(awaitReady());
    if (!found.find()) {
      throw new AssertionError(awaitReady());
    }
    return found.group(1);
  }

  /** Where health and metrics are, which is known before it is ready. */
  public Optional<String> management() throws IOException {
    Matcher found = MANAGEMENT.matcher(Files.readString(log));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  public boolean isReady() {
    return ready.isDone();
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to stop, as an orchestrator does. */
  public void terminate() {
    process.destroy();
  }

  /** As {@link #terminate}, and waits for its exit code. */
  public int stop() throws InterruptedException {
    terminate();
    return exitCode();
  }

  public int exitCode() throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + SECONDS + " s");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
