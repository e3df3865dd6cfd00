package dev.tidings.service.rocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The file in which earlier versions of Kafka Streams have the offsets of a task's tables. */
final class CheckpointFile {
  private static final String NAME = ".checkpoint";
  private static final Pattern OFFSET = Pattern.compile("\\S+ \\d+ -?\\d+");

  private CheckpointFile() {}

  static Path of(Path task) {
    return task.resolve(NAME);
  }

  /** Returns whether a task has one that can't be read. */
  static boolean isDamaged(Path task) throws IOException {
    return Files.exists(of(task))
        && !isReadable(
            new String(Files.readAllBytes(of(task)), StandardCharsets.ISO_8859_1).lines().toList());
  }

  private static boolean isReadable(List<String> lines) {
    if (lines.size() < 2
        || !lines.get(0).matches("\\d{1,9}")
        || !lines.get(1).matches("\\d{1,9}")) {
      return false;
    }
    List<String> offsets = lines.subList(2, lines.size());
    return offsets.size() == Integer.parseInt(lines.get(1))
        && offsets.stream().allMatch(line -> OFFSET.matcher(line).matches());
  }
}
