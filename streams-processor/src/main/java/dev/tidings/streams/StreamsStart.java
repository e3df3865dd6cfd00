package dev.tidings.streams;

import dev.tidings.service.kafka.RestoreProgress;
import dev.tidings.streams.run.StreamsRuns;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The start of the topology. */
final class StreamsStart {
  private static final Logger log = LoggerFactory.getLogger(StreamsStart.class);

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private StreamsStart() {}

  /**
   * Waits until the topology runs, however long the tables take to restore: giving up would only
   * mean starting again.
   */
  static void await(StreamsRuns started, RestoreProgress progress) throws InterruptedException {
    long nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
    while (!started.isRunning()) {
      String doing = started.starting();
      if (System.nanoTime() - nextLine >= 0) {
        nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
        log.info("{}{}", doing, progress.underWay().map(restored -> ", " + restored).orElse(""));
      }
      Thread.sleep(PAUSE);
    }
  }
}
