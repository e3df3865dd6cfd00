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

  /** Returns what was decided so far. */
  ControlEntries entries();
}
