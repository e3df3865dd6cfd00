package dev.tidings.node.log.write;

import java.time.Duration;

/**
 * The memory and the time that writing to the log may take.
 *
 * @param mostPending the number of pending records from which on nothing is read that adds to them
 * @param partitionBytes what the producer may have of one partition, and one record more
 * @param allBytes what the producer may have of all partitions, and one record more of each
 * @param silence the time after which a partition that acknowledges nothing is reported
 */
public record WriterLimits(int mostPending, long partitionBytes, long allBytes, Duration silence) {
  /** Kafka's default for a producer's buffer. */
  public static final long BUFFER_BYTES = 32 << 20;

  /** For a producer with Kafka's default buffer. */
  public static final WriterLimits DEFAULTS = ofBuffer(BUFFER_BYTES);

  /**
   * Returns the limits for a producer's buffer: records of about 1 KiB each, for a sixteenth of the
   * heap; of one partition a 32nd of the buffer, which is enough for all the requests under way to
   * it; of all partitions half of it, since batches take memory that they do not fill.
   */
  public static WriterLimits ofBuffer(long bytes) {
    return new WriterLimits(
        Math.clamp(Runtime.getRuntime().maxMemory() / 16 / 1_024, 10_000, 100_000),
        bytes / 32,
        bytes / 2,
        Duration.ofSeconds(10));
  }
}
