package dev.tidings.bench.provider;

import java.time.Duration;

/** Sends notifications to its recipients, one after the other. Thread-safe. */
public interface Provider extends AutoCloseable {
  /** Starts sending, over new connections where one has ended since. */
  void start(SendPace pace) throws InterruptedException;

  /**
   * Stops sending, and waits for the outstanding responses.
   *
   * @return whether all arrived in time
   */
  boolean stop(Duration patience) throws InterruptedException;

  SendLog answers();

  Recipients recipients();

  @Override
  void close();
}
