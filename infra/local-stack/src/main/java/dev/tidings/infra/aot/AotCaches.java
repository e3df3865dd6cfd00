package dev.tidings.infra.aot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The AOT caches in a directory, by kind of program.
 *
 * <p>Any number of processes may use and create them at once, even if some are killed: a cache gets
 * its final name only when it is complete, and only one of each kind is created at a time.
 *
 * @param directory the directory of the caches
 * @param making whether to create missing caches; existing ones are used in any case
 */
public record AotCaches(Path directory, boolean making) {

  /**
   * Returns the options with which a JVM with this class path uses native libraries unpacked
   * before.
   */
  public List<String> libraries(List<Path> classPath) {
    return new NativeLibraries(directory, making).options(classPath);
  }

  /**
   * Decides whether the next run of a JVM uses or creates a cache. Failures are ignored: a start
   * without a cache is only slower.
   *
   * @param kind the common name of all processes that run the same program
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
      return CacheBuild.begin(directory, kind, cache, jvm)
          .<AotRun>map(AotRun.Making::new)
          .orElse(new AotRun.Plain());
    } catch (IOException e) {
      return new AotRun.Plain();
    }
  }
}
