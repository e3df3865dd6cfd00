package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.process.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * MQTT libraries of other languages, in programs that use them as their manuals say and print the
 * topic of each message. What they need is named by the tag of their test.
 */
enum MqttProgram {
  PAHO_PYTHON {
    @Override
    List<String> command(Path directory) throws Exception {
      return List.of("/usr/bin/python3", "-u", resource(directory, "device.py"));
    }
  },
  PAHO_C {
    @Override
    List<String> command(Path directory) throws Exception {
      String program = directory.resolve("device").toString();
      String source = resource(directory, "device.c");
      run(List.of("gcc", "-o", program, source, "-lpaho-mqtt3a"));
      return List.of(program);
    }
  },
  MQTT_JS {
    @Override
    List<String> command(Path directory) throws Exception {
      for (String file : List.of("package.json", "package-lock.json", "device.mjs")) {
        Files.copy(Path.of("src/test/npm", file), directory.resolve(file));
      }
      String place = directory.toString();
      run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", place));
      return List.of("node", directory.resolve("device.mjs").toString());
    }
  };

  /** Makes the program ready in an empty directory. */
  abstract List<String> command(Path directory) throws Exception;

  /** Makes it ready in an empty directory. */
  Ready in(Path directory) throws Exception {
    return new Ready(command(directory));
  }

  /**
   * A program that can be started, as a library that runs in a process of its own.
   *
   * @param command without its arguments
   */
  record Ready(List<String> command) implements MqttLibrary.Start {
    @Override
    public MqttLibrary.Device start(
        HostPort server, String serial, boolean keep, Consumer<String> topics) throws IOException {
      return MqttProgram.start(command, server, serial, keep ? "keep" : "clean", topics);
    }

    /** Starts one that asks for its history as soon as it is subscribed. */
    MqttLibrary.Device replaying(HostPort server, String serial, Consumer<String> topics)
        throws IOException {
      return MqttProgram.start(command, server, serial, "replay", topics);
    }
  }

  private static MqttLibrary.Device start(
      List<String> command, HostPort server, String serial, String mode, Consumer<String> topics)
      throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(server.host(), Integer.toString(server.port()), serial));
    line.add(mode);
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(process, topics));
    return () -> {
      process.destroyForcibly().waitFor();
      reader.join(10_000);
    };
  }

  private static void read(Process process, Consumer<String> topics) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(topics);
    } catch (IOException | UncheckedIOException e) {
      // It has been ended.
    }
  }

  private static String resource(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = MqttProgram.class.getResourceAsStream("/interop/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file.toString();
  }

  /** Runs a command to its end. */
  static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
