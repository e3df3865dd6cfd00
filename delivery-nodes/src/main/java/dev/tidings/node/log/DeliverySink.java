package dev.tidings.node.log;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the deliveries of one partition. Called on the reader's thread; never blocks. */
public interface DeliverySink {
  /** The life that the inbox remembers; null if no node has begun here before. */
  @Nullable Life life();

  /** The highest sequence that stands in the inbox; negative if nothing does. */
  long highestParked();

  /**
   * What is resolved; comes before any record, and once more whenever the log is found not to be
   * the one that was read so far: what is left of that will not be read again. Reading begins a
   * little earlier, so that repetitions can be recognised: what is resolved already needs nothing
   * but to be remembered.
   */
  void beginsAt(Life life, CommitPoint committed);

  /** Records in the order of the log; {@code next} is the sequence after the last of them. */
  void arrived(List<Entry> entries, long next);

  /** The end of an entry stands in the log. Called on any thread. */
  void ended(Entry entry);

  /** What the partition's unresolved entries weigh. */
  long bytes();
}
