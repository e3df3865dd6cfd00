package dev.tidings.infra.aot;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The properties of a JVM to be started on which a cache depends.
 *
 * @param options its options
 * @param classPath its class path
 */
public record Jvm(List<String> options, List<Path> classPath) {
  private static final int FINGERPRINT_BYTES = 8;

  /** Options that change how the JVM stores or loads classes, or prevent a cache. */
  private static final List<String> AT_ODDS =
      List.of("-Xshare", "-XX:AOT", "-XX:SharedArchiveFile", "-XX:SharedClassListFile");

  /** Options that do not affect classes. */
  private static final List<String> OF_NO_ACCOUNT = List.of("-Xm", "-Xss", "-Xlog", "-D");

  public Jvm {
    options = List.copyOf(options);
    classPath = List.copyOf(classPath);
  }

  /** Returns the java program, the same as that of this JVM. */
  static Path program() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Returns its class path in the form of the command line. */
  public String joinedClassPath() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Returns the fingerprint that identifies its cache; it changes with the JDK, a jar or a relevant
   * option. Empty if it can have no cache: caches support jars only, not directories, and some
   * options exclude them.
   */
  Optional<String> fingerprint() {
    if (options.stream().anyMatch(option -> startsWithAny(option, AT_ODDS))) {
      return Optional.empty();
    }
    MessageDigest digest = sha256();
    add(digest, program() + " " + System.getProperty("java.vm.version"));
    options.stream()
        .filter(option -> !startsWithAny(option, OF_NO_ACCOUNT))
        .forEach(option -> add(digest, option));
    for (Path jar : classPath) {
      try {
        BasicFileAttributes file = Files.readAttributes(jar, BasicFileAttributes.class);
        if (!file.isRegularFile()) {
          return Optional.empty();
        }
        add(digest, "%s %d %s".formatted(jar, file.size(), file.lastModifiedTime()));
      } catch (IOException e) {
        // The JVM ignores missing files.
        add(digest, jar + " missing");
      }
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES));
  }

  private static boolean startsWithAny(String option, List<String> starts) {
    return starts.stream().anyMatch(option::startsWith);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
