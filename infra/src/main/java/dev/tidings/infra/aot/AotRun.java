package dev.tidings.infra.aot;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What one run of a JVM has to do with caches. */
public sealed interface AotRun {

  /** A cache that no longer fits, or one that is not made, is no news to whoever reads its log. */
  List<String> SILENT = List.of("-Xlog:aot*=off", "-Xlog:cds*=off");

  /** The options it needs for that. */
  List<String> options();

  /**
   * Has it keep nothing; to be called before it is asked to end. Then it ends as fast as others.
   */
  default void cancel() {}

  /**
   * The JVM has ended. Takes a moment if it made a cache, for that is tried first.
   *
   * @param inOrder whether that was no failure; one that failed has not loaded all it needs
   */
  default void ended(boolean inOrder) {}

  /** Neither uses a cache nor makes one. */
  record Plain() implements AotRun {
    @Override
    public List<String> options() {
      return List.of();
    }
  }

  /**
   * Uses what an earlier run has made.
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
   * Makes one for those that come: at its orderly end, which takes it several seconds more.
   *
   * @param draft where it is made
   */
  record Making(Draft draft) implements AotRun {
    @Override
    public List<String> options() {
      return Stream.concat(Stream.of("-XX:AOTCacheOutput=" + draft.file()), SILENT.stream())
          .toList();
    }

    @Override
    public void cancel() {
      draft.delete();
    }

    @Override
    public void ended(boolean inOrder) {
      if (!inOrder) {
        draft.delete();
      }
      draft.close();
    }
  }
}
