package dev.tidings.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Sums the sizes of files below a directory; files may appear and disappear meanwhile, as RocksDB's
 * do.
 *
 * @param directory the directory, which need not exist
 * @param ending the end of the names of the files that count
 */
record DiskUse(Path directory, String ending) {

  long bytes() {
    var sum = new Sum();
    try {
      Files.walkFileTree(directory, sum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.bytes;
  }

  private final class Sum extends SimpleFileVisitor<Path> {
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.toString().endsWith(ending)) {
        bytes += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }
}
