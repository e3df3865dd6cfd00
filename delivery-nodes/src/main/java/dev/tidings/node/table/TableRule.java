package dev.tidings.node.table;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a record may take the place of what is there: another node that does not know
 * that it was replaced may write late. What stays instead is written once more, so that whoever
 * reads the topic afterwards finds the same. Called on a stream thread.
 */
public interface TableRule<V> {
  /**
   * Whether it may.
   *
   * @param after null for a tombstone
   */
  boolean accepts(V before, @Nullable V after);

  /** The last one wins. */
  static <V> TableRule<V> last() {
    return (before, after) -> true;
  }
}
