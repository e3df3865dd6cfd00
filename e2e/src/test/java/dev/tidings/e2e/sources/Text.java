package dev.tidings.e2e.sources;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A text file of the checkout.
 *
 * @param path from the checkout's root, with slashes
 * @param content what is in it
 */
record Text(String path, String content) {
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".tidings", ".idea", "node_modules", "dist");

  /** Where an offset is, for a message. */
  String at(int offset) {
    long line = content.substring(0, offset).chars().filter(each -> each == '\n').count() + 1;
    return path + ":" + line;
  }

  String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Every file of the checkout whose name has one of these endings. */
  static List<Text> named(String... endings) {
    Path root = Checkout.find().root();
    List<Text> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes ignored) {
              return NOT_OURS.contains(directory.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes ignored)
                throws IOException {
              if (Stream.of(endings).anyMatch(file.getFileName().toString()::endsWith)) {
                found.add(
                    new Text(
                        root.relativize(file).toString().replace('\\', '/'),
                        Files.readString(file)));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
