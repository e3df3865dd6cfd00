package dev.tidings.infra.process;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Class paths in the form of a JVM's command line. */
final class ClassPath {
  private ClassPath() {}

  /** Returns {@code entries} after the jar or directory that contains {@link Tether}. */
  static List<Path> withTether(List<Path> entries) {
    return Stream.concat(Stream.of(tether()), entries.stream()).toList();
  }

  private static Path tether() {
    try {
      return Path.of(Tether.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path is not made of files", e);
    }
  }
}
