package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of Debian's mosquitto-clients. */
final class Mosquitto implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private Mosquitto(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  static Mosquitto start(String program, int port, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(arguments));
    try {
      return new Mosquitto(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new AssertionError(
          program + ": not found (expected: the package mosquitto-clients installed)", e);
    }
  }

  String readLine() throws IOException {
    return output.readLine();
  }

  /** Waits for the process to end; what it said, and its exit code. */
  String end() throws Exception {
    String said = output.readAllAsString();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("mosquitto: still running, said: " + said);
    }
    return said + "exit " + process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
