package dev.tidings.infra.chaos;

import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clocks of processes, which libfaketime can change if it is installed: it reads the
 * offset from a file, one for each clock. {@link System#nanoTime} is not affected.
 *
 * @param directory the directory of the files
 */
public record Clocks(Path directory) {
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  /** Returns the clocks of a stack with this data directory. */
  public static Clocks in(Path data) {
    return new Clocks(data.toAbsolutePath().resolve("clocks"));
  }

  /** Returns the path of libfaketime, if it is installed. */
  public static Optional<Path> library() {
    return Stream.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
        .map(place -> Path.of(place, LIBRARY))
        .filter(Files::exists)
        .findFirst();
  }

  /** Returns the options with a changeable clock for the processes of each service. */
  PipelineOptions install(PipelineOptions options, Path library) {
    PipelineOptions all = options;
    for (TidingsService service : TidingsService.values()) {
      all = all.withEnvironment(service, environment(service.command(), library));
    }
    return all;
  }

  /**
   * Returns the environment variables of a process that uses a clock, which is correct at first.
   */
  public Map<String, String> environment(String clock, Path library) {
    jump(clock, Duration.ZERO);
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file(clock).toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_RESET", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // With it, timed waits of a JVM would end at once.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /** Sets the offset of a clock; effective within a second. */
  public void jump(String clock, Duration by) {
    try {
      Files.createDirectories(directory);
      // A reader finds either the new or the old content, never a part.
      Path whole = directory.resolve(clock + ".new");
      Files.writeString(whole, "%+ds%n".formatted(by.toSeconds()));
      Files.move(
          whole, file(clock), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String clock) {
    return directory.resolve(clock);
  }
}
