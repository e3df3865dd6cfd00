package dev.tidings.net.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the open files of connections: one each, two for a device that is relayed to another node.
 * The store and Kafka's clients need files too, and fail without. Thread-safe.
 */
public final class ConnectionFiles {
  private final long most;
  private final AtomicLong open = new AtomicLong();

  /**
   * @param most how many there may be
   */
  public ConnectionFiles(long most) {
    this.most = most;
  }

  /** Counts one more. Returns whether it is within the limit; {@link #closed} has to follow. */
  public boolean opened() {
    return open.incrementAndGet() <= most;
  }

  public void closed() {
    open.decrementAndGet();
  }
}
