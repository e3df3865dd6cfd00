package dev.tidings.infra.aot;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.rocksdb.util.Environment;

/**
 * Unpacks native libraries once for all processes. RocksDB's 15 MB are in its jar, and each JVM
 * that does not find them elsewhere unpacks them into its own temporary file.
 *
 * @param directory the directory of the libraries
 * @param making whether to unpack missing libraries; existing ones are used in any case
 */
record NativeLibraries(Path directory, boolean making) {
  private static final Pattern JAR = Pattern.compile("rocksdbjni-.*\\.jar");
  private static final String PATH = "java.library.path";

  /**
   * Returns the options with which a JVM with this class path uses the libraries; empty if there is
   * none for it, or after a failure, which only makes a start slower.
   */
  List<String> options(List<Path> classPath) {
    return classPath.stream()
        .filter(jar -> JAR.matcher(jar.getFileName().toString()).matches())
        .findFirst()
        .flatMap(this::unpacked)
        .map(place -> "-D" + PATH + "=" + place + File.pathSeparator + System.getProperty(PATH, ""))
        .stream()
        .toList();
  }

  private Optional<Path> unpacked(Path jar) {
    Path place = directory.resolve(jar.getFileName() + ".native");
    if (Files.exists(place)) {
      return Optional.of(place);
    }
    try {
      return making ? unpack(jar, place) : Optional.empty();
    } catch (IOException e) {
      // Perhaps another process was faster.
      return Optional.of(place).filter(Files::exists);
    }
  }

  /**
   * Unpacks a library. It gets its final name only when it is complete, because other processes may
   * look for it at any time.
   */
  private Optional<Path> unpack(Path jar, Path place) throws IOException {
    String library = Environment.getJniLibraryFileName("rocksdb");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(library);
      if (entry == null) {
        return Optional.empty();
      }
      Files.createDirectories(directory);
      Path draft = Files.createTempDirectory(directory, "native-");
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, draft.resolve(library));
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft.resolve(library));
        Files.deleteIfExists(draft);
      }
      return Optional.of(place);
    }
  }
}
