package dev.tidings.node.log.partition;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives the deliveries of one partition. Called on the reader's thread; never blocks. */
public interface DeliverySink {
  /** Returns the life stored in the inbox; null if no node has started here before. */
  @Nullable Life life();

  /** Returns the highest sequence stored in the inbox; negative if it is empty. */
  long highestParked();

  /**
   * Reports the commit point. Called before any record, and again whenever the log is found not to
   * be the one read so far: the unresolved entries of that one will not be read again. Reading
   * starts somewhat before the commit point, so that repetitions can be recognised: entries that
   * are resolved already only have to be remembered.
   */
  void beginsAt(Life life, CommitPoint committed);

  /**
   * Reports, before {@link #beginsAt}, the sequence behind the last record that the log had when
   * this node took the partition over: another may have sent what is before it.
   */
  default void endedAt(long next) {}

  /** Delivers records in log order; {@code next} is the sequence after the last of them. */
  void arrived(List<Entry> entries, long next);

  /** The final receipt of an entry is in the log. Called on any thread. */
  void ended(Entry entry);

  /** Returns the size of the partition's unresolved entries, in bytes. */
  long bytes();
}
