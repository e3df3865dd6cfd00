package dev.tidings.ingest.admin;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlReader;
import dev.tidings.control.ControlWriter;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.ingest.admin.request.Decisions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.KafkaException;

/**
 * Decides on the entries that were read, and waits until what was written has been read back: the
 * next decision, and the next request, know of it. If another process has changed the same entry at
 * the same time, what was made of the earlier one is not written.
 */
final class ControlDecisions implements Decisions {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private final ControlReader reader;
  private final ControlWriter writer;
  private final ReentrantLock lock = new ReentrantLock(true);

  ControlDecisions(ControlReader reader, ControlWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public <T> T take(Author author, Step<T> step) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return step.take(
          entries(),
          change -> {
            writer.write(author, change, reader);
            awaitReadBack(change);
          });
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void note(Author author, String entry, String what) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      writer.note(author, entry, what);
    } finally {
      lock.unlock();
    }
  }

  /** Not for long: the reader may be behind, and what is written is written. */
  private void awaitReadBack(ControlChange<?> change) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!change.isIn(reader) && System.nanoTime() - end < 0) {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws KafkaException if not all are known
   */
  @Override
  public ControlEntries entries() {
    if (!reader.isComplete()) {
      throw new KafkaException("the entries of control are still being read");
    }
    return reader;
  }
}
