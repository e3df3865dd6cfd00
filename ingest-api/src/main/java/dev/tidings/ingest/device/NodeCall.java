package dev.tidings.ingest.device;

import java.io.IOException;
import java.time.Duration;

/** Sends a question to a delivery node, and waits for its answer. Thread-safe. */
@FunctionalInterface
public interface NodeCall {
  /**
   * Asks.
   *
   * @param node its address, HOST:PORT
   * @param atMost when it gives up
   * @throws IOException if there is no answer in time
   */
  byte[] ask(String node, byte[] question, Duration atMost) throws IOException;
}
