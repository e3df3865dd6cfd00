package dev.tidings.infra.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The output of one run of a child in its log so far.
 *
 * @param log the file
 * @param start where in the file the run's output begins
 */
record LogOutput(Path log, long start) {
  private static final int LARGEST_READ = 256 << 10;

  /**
   * Returns the first complete line that starts with {@code prefix}, among the first 256 KiB of
   * output.
   */
  Optional<String> lineStartingWith(String prefix) {
    String text = read(start);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith(prefix))
        .findFirst();
  }

  /** Returns the last lines, at most {@code count}. */
  List<String> last(int count) {
    long size = Files.exists(log) ? log.toFile().length() : 0;
    List<String> lines =
        read(size < start ? 0 : Math.max(start, size - LARGEST_READ)).lines().toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  private String read(long from) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      // The file is shorter than before: it has been copied aside and truncated.
      long begin = from <= file.length() ? from : 0;
      file.seek(begin);
      byte[] bytes = new byte[(int) Math.min(LARGEST_READ, file.length() - begin)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
