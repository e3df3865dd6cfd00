package dev.tidings.e2e.guides;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A bash to which commands are given, in a session of its own, so that a Ctrl-C reaches what runs
 * in it. Its variables stay from one block to the next; it ends with the first command that fails.
 */
final class Terminal implements AutoCloseable {
  private static final String LOOP =
      """
      set -euo pipefail
      # An answer that refuses is a failure.
      curl() { [[ " $*" == *' -f'* ]] || set -- --fail-with-body "$@"; command curl "$@"; }
      while IFS= read -r block; do
        source "$block" </dev/null >>"$block.out" 2>&1
        echo done
      done
      """;

  private static final String ENDED = "ended";

  private final Path directory;
  private final String name;
  private final Process bash;
  private final BufferedWriter blocks;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private Path output;
  private int number;

  Terminal(Path directory, String name, Map<String, String> environment) throws IOException {
    this.directory = directory;
    this.name = name;
    ProcessBuilder builder =
        // Whoever runs the tests in the background may have had Ctrl-C ignored.
        new ProcessBuilder("env", "--default-signal=INT", "setsid", "bash", "-c", LOOP)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    bash = builder.start();
    blocks = bash.outputWriter(UTF_8);
    output = directory.resolve(name + ".0.out");
    Thread.ofVirtual().start(this::listen);
  }

  private void listen() {
    try (BufferedReader reader = bash.inputReader(UTF_8)) {
      reader.lines().forEach(said::add);
    } catch (IOException | RuntimeException e) {
      // It was closed.
    } finally {
      said.add(ENDED);
    }
  }

  /** Begins with commands, and does not wait for them. */
  void begin(String script) throws IOException {
    Path block = directory.resolve(name + "." + ++number);
    output = Path.of(block + ".out");
    Files.writeString(block, script);
    Files.writeString(output, "");
    blocks.write(block + "\n");
    blocks.flush();
  }

  /** Runs commands to their end; returns whether all of them were successful. */
  boolean run(String script) throws IOException, InterruptedException {
    begin(script);
    return awaitEnd();
  }

  /** Waits until what was begun has ended. */
  boolean awaitEnd() throws InterruptedException {
    String end = said.poll(10, TimeUnit.MINUTES);
    return end != null && end.equals("done");
  }

  /** What the last commands have shown so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Presses Ctrl-C, and waits until everything in it has ended. */
  void interrupt() throws IOException, InterruptedException {
    signal("INT");
    if (!bash.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError(name + " goes on after Ctrl-C");
    }
  }

  private void signal(String signal) throws IOException, InterruptedException {
    int _ =
        new ProcessBuilder("kill", "-s", signal, "--", "-" + bash.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      signal("TERM");
      if (!bash.waitFor(20, TimeUnit.SECONDS)) {
        signal("KILL");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
