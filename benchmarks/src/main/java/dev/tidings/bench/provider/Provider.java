package dev.tidings.bench.provider;

import java.time.Duration;

/** Sends notifications to its recipients, one after the other. Thread-safe. */
public interface Provider extends AutoCloseable {
  /** Starts sending. */
  void start(SendPace pace);

  /**
   * Sends no more, and waits until everything sent is answered.
   *
   * @return whether that was so in time
   */
  boolean stop(Duration patience) throws InterruptedException;

  SendLog answers();

  Recipients recipients();

  @Override
  void close();
}
