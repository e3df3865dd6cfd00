package dev.tidings.node.table;

import dev.tidings.schemas.registry.client.UnreadableRecordException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a record may replace the stored one: a previous owner of the partition that does
 * not know it was replaced may write late. If the stored record is kept, it is written once more,
 * so that later readers of the topic find the same. Called on a stream thread.
 */
public interface TableRule<V> {
  /**
   * Returns whether {@code after} may replace {@code before}.
   *
   * @param after null for a tombstone
   */
  boolean accepts(V before, @Nullable V after);

  /**
   * Returns the record to assume in place of one that cannot be decoded, or whose schema no
   * registry knows: another program may have written it while this table had no owner. Null (no
   * record), unless that would do more harm.
   *
   * @throws UnreadableRecordException if the record may become readable later, and nothing is to be
   *     decided before
   */
  default @Nullable V insteadOf(UnreadableRecordException why) {
    return null;
  }

  /**
   * Returns whether a record counts that an earlier owner has written, and the log has taken only
   * after this one took over. It does not, since this owner may have done the same, the opposite,
   * or what follows from either, without knowing of it; unless a record that is lost does more harm
   * than one that is late, and {@link #accepts} tells which of the two says more.
   */
  default boolean countsLate() {
    return false;
  }

  /**
   * Returns what this owner writes behind a record that counts although it was late, because others
   * that belong to it may not count; null for nothing.
   */
  default @Nullable V behindLate(V late) {
    return null;
  }

  /** Returns a rule by which the last record of the owner, or of another program, wins. */
  static <V> TableRule<V> last() {
    return (before, after) -> true;
  }
}
