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
 * A JVM that is to be started, as far as a cache depends on it.
 *
 * @param options its options
 * @param classPath its class path
 */
public record Jvm(List<String> options, List<Path> classPath) {
  private static final int FINGERPRINT_BYTES = 8;

  /** What has the JVM keep or load classes in another way, or not at all. */
  private static final List<String> AT_ODDS =
      List.of("-Xshare", "-XX:AOT", "-XX:SharedArchiveFile", "-XX:SharedClassListFile");

  /** Neither has to do with classes. */
  private static final List<String> OF_NO_ACCOUNT = List.of("-Xm", "-Xss", "-Xlog", "-D");

  public Jvm {
    options = List.copyOf(options);
    classPath = List.copyOf(classPath);
  }

  /** The program that runs it: that of this JVM. */
  static Path program() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Its class path, as it wants it. */
  public String joinedClassPath() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * What a cache of its is known by: another one as soon as the JDK, a jar or an option that
   * matters is another. Empty if it can have none: caches know jars only, no directories, and some
   * options are at odds with them.
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
        // The JVM leaves out what is not there.
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
