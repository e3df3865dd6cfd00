package dev.tidings.infra.cli.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ends of the logs in a directory. */
final class Logs {
  private static final int MOST_BYTES = 512 << 10;
  private static final int MOST_FILES = 50;

  private Logs() {}

  static void addTo(Archive archive, Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files =
          found
              .filter(file -> file.toString().endsWith(".log") && Files.isReadable(file))
              .sorted()
              .limit(MOST_FILES)
              .toList();
    }
    for (Path file : files) {
      archive.addLog("logs/" + file.getFileName(), end(file));
    }
  }

  /** Returns the last lines; the first of them is whole. */
  private static String end(Path file) throws IOException {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long length = log.length();
      long from = Math.max(0, length - MOST_BYTES);
      byte[] bytes = new byte[(int) (length - from)];
      log.seek(from);
      log.readFully(bytes);
      String text = new String(bytes, UTF_8);
      return from == 0 ? text : text.substring(text.indexOf('\n') + 1);
    }
  }
}
