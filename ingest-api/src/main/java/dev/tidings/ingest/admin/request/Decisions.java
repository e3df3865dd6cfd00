package dev.tidings.ingest.admin.request;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlWriter.Author;

/** Takes administrators' decisions, one after the other. */
public interface Decisions {
  /** Writes a change, and returns once every later decision sees it. */
  @FunctionalInterface
  interface Changes {
    void write(ControlChange<?> change) throws InterruptedException;
  }

  /** A decision. */
  @FunctionalInterface
  interface Step<T> {
    T take(ControlEntries entries, Changes changes) throws InterruptedException;
  }

  /** Takes a decision while no other is being taken here. */
  <T> T take(Author author, Step<T> step) throws InterruptedException;

  /**
   * Writes a line about what an administrator is about to do that changes no entry.
   *
   * @param entry what it is about: a kind, a slash and a name
   * @param what for people; nothing secret
   * @throws org.apache.kafka.common.KafkaException if it was not written
   */
  void note(Author author, String entry, String what) throws InterruptedException;

  /** Returns what was decided so far. */
  ControlEntries entries();
}
