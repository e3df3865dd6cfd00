package dev.tidings.infra.cli.doctor.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what Linux tells below {@code /proc}.
 *
 * @param proc that directory
 */
public record Kernel(Path proc) {
  /** Returns that of this machine. */
  public static Kernel here() {
    return new Kernel(Path.of("/proc"));
  }

  /** Returns whether it is a Linux that tells its settings. */
  boolean isReadable() {
    return Files.isDirectory(proc.resolve("sys/net"));
  }

  /** Returns the numbers of a setting, such as {@code net/core/somaxconn}; none without it. */
  List<Long> numbers(String setting) {
    return read(proc.resolve("sys").resolve(setting))
        .map(text ->
            List.of(text.strip().split("\\s+", -1)).stream()
                .flatMap(word -> number(word).stream().boxed())
                .toList())
        .orElse(List.of());
  }

  /** Returns how many files a process may have open; empty if this user may not know. */
  OptionalLong openFiles(String process) {
    return read(proc.resolve(process).resolve("limits"))
        .flatMap(text -> text.lines().filter(line -> line.startsWith("Max open files")).findFirst())
        .map(line -> line.substring("Max open files".length()).strip().split("\\s+", -1)[0])
        .map(soft -> soft.equals("unlimited") ? OptionalLong.of(Long.MAX_VALUE) : number(soft))
        .orElse(OptionalLong.empty());
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file, UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
