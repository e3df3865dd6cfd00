package dev.tidings.infra.aot;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How one run of a JVM uses caches. */
public sealed interface AotRun {

  /** Silences the JVM's warnings about a stale or missing cache. */
  List<String> SILENT = List.of("-Xlog:aot*=off", "-Xlog:cds*=off");

  /** Returns the JVM options for that. */
  List<String> options();

  /**
   * Cancels the creation of a cache; must be called before the JVM is asked to end, which then ends
   * without delay.
   */
  default void cancel() {}

  /**
   * Reports that the JVM has ended. Blocks for a moment if it made a cache, which is then tested.
   *
   * @param inOrder whether it ended normally; after a failure it has not loaded all classes it
   *     needs
   */
  default void ended(boolean inOrder) {}

  /** Neither uses nor creates a cache. */
  record Plain() implements AotRun {
    @Override
    public List<String> options() {
      return List.of();
    }
  }

  /**
   * Uses the cache of an earlier run.
   *
   * @param cache the file
   */
  record Using(Path cache) implements AotRun {
    @Override
    public List<String> options() {
      return Stream.concat(Stream.of("-XX:AOTCache=" + cache), SILENT.stream()).toList();
    }
  }

  /**
   * Creates a cache for later runs, at the orderly end of the JVM, which then takes several seconds
   * longer.
   *
   * @param cacheBuild the cache being created
   */
  record Making(CacheBuild cacheBuild) implements AotRun {
    @Override
    public List<String> options() {
      return Stream.concat(Stream.of("-XX:AOTCacheOutput=" + cacheBuild.file()), SILENT.stream())
          .toList();
    }

    @Override
    public void cancel() {
      cacheBuild.delete();
    }

    @Override
    public void ended(boolean inOrder) {
      if (!inOrder) {
        cacheBuild.delete();
      }
      cacheBuild.close();
    }
  }
}
