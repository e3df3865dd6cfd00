package dev.tidings.node.log.write;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of the producer's buffer that one partition may have: an eighth of what is left of it.
 * So that however many partitions acknowledge nothing, they leave something to the others. For the
 * writer's thread, except {@link #answered}.
 */
final class BufferShare {
  private static final int PART = 8;

  private final WriterLimits limits;

  /** The bytes that the producer has returned, acknowledged or not. */
  private final AtomicLong answered = new AtomicLong();

  /** The bytes handed to the producer. */
  private long given;

  BufferShare(WriterLimits limits) {
    this.limits = limits;
  }

  /** A write is handed to the producer. */
  void give(int bytes) {
    given += bytes;
  }

  /** The producer has returned a write. On any thread. */
  void answered(int bytes) {
    answered.addAndGet(bytes);
  }

  /** Returns what the producer may have of one partition at most. On any thread. */
  long mostBytes() {
    return limits.partitionBytes();
  }

  /** Returns what the producer may have of one partition at the moment. */
  long bytes() {
    long left = limits.allBytes() - (given - answered.get());
    return Math.min(limits.partitionBytes(), left / PART);
  }
}
