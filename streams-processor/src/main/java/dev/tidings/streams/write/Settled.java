package dev.tidings.streams.write;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Entries of a table that are done with, because they have been sent, refused or withdrawn, but are
 * still in the table. Their tombstones are written when a commit has brought what became of them to
 * the log: otherwise a crash could leave neither. Confined to the task's thread.
 */
public final class Settled {
  private final CommitWatch commits;
  private final Map<Bytes, Long> settledAt = new HashMap<>();
  private final Queue<Entry> unwritten = new ArrayDeque<>();

  /** Creates a set that is empty. */
  public Settled(CommitWatch commits) {
    this.commits = commits;
  }

  /**
   * A settled entry.
   *
   * @param at how many commits there had been
   */
  private record Entry(Bytes key, long at) {}

  public void add(Bytes key) {
    settledAt.put(key, commits.commits());
    unwritten.add(new Entry(key, commits.commits()));
  }

  public boolean contains(Bytes key) {
    return settledAt.containsKey(key);
  }

  /** Forgets an entry: its tombstone was read, or another of the same key has been written. */
  public void forget(Bytes key) {
    settledAt.remove(key);
  }

  /** Returns the number of entries whose tombstones have not been written. */
  public int unwritten() {
    return unwritten.size();
  }

  /** Writes the tombstones that may be written. */
  public void write(int atMost, Consumer<Bytes> tombstones) {
    for (int i = 0; i < atMost; i++) {
      Entry first = unwritten.peek();
      if (first == null || first.at() >= commits.commits()) {
        return;
      }
      unwritten.remove();
      Long at = settledAt.get(first.key());
      if (at != null && at == first.at()) {
        tombstones.accept(first.key());
      }
    }
  }

  public void clear() {
    settledAt.clear();
    unwritten.clear();
  }
}
