package dev.tidings.node.log.write;

import java.time.Duration;

/**
 * What the writing to the log may take.
 *
 * @param mostPending the number of pending records from which on nothing is read that adds to them
 * @param partitionBytes what the producer may have of one partition, and one record more
 * @param silence the time after which a partition that acknowledges nothing is reported
 */
public record WriterLimits(int mostPending, long partitionBytes, Duration silence) {
  /**
   * Records of about 1 KiB each, for a sixteenth of the heap; a 32nd of the producer's buffer,
   * which is enough for all the requests it has under way to a partition.
   */
  public static final WriterLimits DEFAULTS =
      new WriterLimits(
          Math.clamp(Runtime.getRuntime().maxMemory() / 16 / 1_024, 10_000, 100_000),
          1 << 20,
          Duration.ofSeconds(10));
}
