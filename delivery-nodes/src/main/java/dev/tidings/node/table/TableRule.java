package dev.tidings.node.table;

import dev.tidings.schemas.registry.UnreadableRecordException;
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

  /**
   * What a row counts as that is no such record, or whose schema no registry knows: somebody else
   * may have written it while nobody looked. Nothing, unless that would be worse.
   *
   * @throws UnreadableRecordException if it may be readable later, and nothing is to be decided
   *     before
   */
  default @Nullable V insteadOf(UnreadableRecordException why) {
    return null;
  }

  /** The last one wins. */
  static <V> TableRule<V> last() {
    return (before, after) -> true;
  }
}
