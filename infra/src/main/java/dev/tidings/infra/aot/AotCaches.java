package dev.tidings.infra.aot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The caches of a directory, by kind of program.
 *
 * <p>Any number of processes may use them and make them at once, also when some of them are killed:
 * a cache has its final name only when it is whole, and of each kind one is made at a time.
 *
 * @param directory where they are
 * @param making whether those that are not there yet are made; they are used in any case
 */
public record AotCaches(Path directory, boolean making) {

  /** The options that have a JVM with this class path use native libraries unpacked before. */
  public List<String> libraries(List<Path> classPath) {
    return new NativeLibraries(directory, making).options(classPath);
  }

  /**
   * Settles what the next run of a JVM is to do. Whatever goes wrong with caches, a start without
   * one is only slower.
   *
   * @param kind what all that run the same program are called
   */
  public AotRun begin(String kind, Jvm jvm) {
    Optional<String> fingerprint = jvm.fingerprint();
    if (fingerprint.isEmpty()) {
      return new AotRun.Plain();
    }
    Path cache = directory.resolve(kind + "-" + fingerprint.get() + ".aot");
    if (Files.exists(cache)) {
      return new AotRun.Using(cache);
    }
    if (!making) {
      return new AotRun.Plain();
    }
    try {
      Files.createDirectories(directory);
      return Draft.begin(directory, kind, cache, jvm)
          .<AotRun>map(AotRun.Making::new)
          .orElse(new AotRun.Plain());
    } catch (IOException e) {
      return new AotRun.Plain();
    }
  }
}
