package dev.tidings.node.log;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import java.util.List;

/** Takes the deliveries of one partition. Called on the reader's thread; never blocks. */
public interface DeliverySink {
  /**
   * What is resolved; comes before any record. Reading begins a little earlier, so that repetitions
   * can be recognised: what is resolved already needs nothing but to be remembered.
   */
  void beginsAt(CommitPoint committed);

  /** Records in the order of the log; {@code next} is the offset after the last of them. */
  void arrived(List<Entry> entries, long next);

  /** The end of an entry stands in the log. Called on any thread. */
  void ended(Entry entry);

  /** What the partition's unresolved entries weigh. */
  long bytes();
}
