package dev.tidings.service.table;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Requests that wait until a table has all that its topic has now. Only so many may at once: each
 * takes memory for as long as the broker takes to answer. Thread-safe.
 */
public final class TableWaits {
  private final TableReader<?> reader;
  private final Semaphore free;
  private final LongAdder crowded = new LongAdder();

  public TableWaits(TableReader<?> reader, int atOnce) {
    this.reader = reader;
    this.free = new Semaphore(atOnce);
  }

  /** Returns when it has all, as {@link TableReader#readToEnd} does; empty if too many wait. */
  public Optional<CompletionStage<Void>> readToEnd() {
    if (!free.tryAcquire()) {
      crowded.increment();
      return Optional.empty();
    }
    return Optional.of(reader.readToEnd().whenComplete((_, _) -> free.release()));
  }

  /** Returns how often somebody could not wait because too many did. */
  public long crowded() {
    return crowded.sum();
  }
}
