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
 * The wall clocks of processes, which libfaketime makes jump where it is installed: it reads by how
 * much from a file, one for each clock. {@link System#nanoTime} goes on as it should.
 *
 * @param directory where the files are
 */
public record Clocks(Path directory) {
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  /** Those of a stack with its data in a directory. */
  public static Clocks in(Path data) {
    return new Clocks(data.toAbsolutePath().resolve("clocks"));
  }

  /** Where libfaketime is, if it is installed. */
  public static Optional<Path> library() {
    return Stream.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
        .map(place -> Path.of(place, LIBRARY))
        .filter(Files::exists)
        .findFirst();
  }

  /** The same, with a clock for the processes of each service that may be made to jump. */
  PipelineOptions install(PipelineOptions options, Path library) {
    PipelineOptions all = options;
    for (TidingsService service : TidingsService.values()) {
      all = all.withEnvironment(service, environment(service.command(), library));
    }
    return all;
  }

  /** What a process has to have in its environment to go by a clock, which is right at first. */
  public Map<String, String> environment(String clock, Path library) {
    jump(clock, Duration.ZERO);
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file(clock).toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_RESET", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // With it, timed waits of a JVM are over at once.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /** Has a clock be wrong by so much, within a second. */
  public void jump(String clock, Duration by) {
    try {
      Files.createDirectories(directory);
      // Whoever reads it finds all of it or all of the one before.
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
