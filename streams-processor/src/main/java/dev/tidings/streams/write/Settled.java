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
  private final Map<Bytes, Entry> last = new HashMap<>();
  private final Queue<Entry> unwritten = new ArrayDeque<>();

  /** Creates a set that is empty. */
  public Settled(CommitWatch commits) {
    this.commits = commits;
  }

  /** A settled entry; one that is settled again has its turn behind what was settled meanwhile. */
  private static final class Entry {
    private final Bytes key;

    /** How many commits there had been. */
    private final long at;

    Entry(Bytes key, long at) {
      this.key = key;
      this.at = at;
    }
  }

  public void add(Bytes key) {
    Entry entry = new Entry(key, commits.commits());
    last.put(key, entry);
    unwritten.add(entry);
  }

  public boolean contains(Bytes key) {
    return last.containsKey(key);
  }

  /** Forgets an entry: its tombstone was read, or another of the same key has been written. */
  public void forget(Bytes key) {
    last.remove(key);
  }

  /** Returns the number of entries whose tombstones have not been written. */
  public int unwritten() {
    return unwritten.size();
  }

  /** Writes the tombstones that may be written. */
  public void write(int atMost, Consumer<Bytes> tombstones) {
    for (int i = 0; i < atMost; i++) {
      Entry first = unwritten.peek();
      if (first == null || first.at >= commits.commits()) {
        return;
      }
      unwritten.remove();
      if (last.get(first.key) == first) {
        tombstones.accept(first.key);
      }
    }
  }

  public void clear() {
    last.clear();
    unwritten.clear();
  }
}
