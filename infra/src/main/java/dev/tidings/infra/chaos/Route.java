package dev.tidings.infra.chaos;

import dev.tidings.infra.ledger.Answer;

/** Takes notifications into the log. Thread-safe. */
interface Route extends AutoCloseable {
  /** Tries once. Returns what the provider is told; blocks some ten seconds at most. */
  Answer send(Push push) throws InterruptedException;

  @Override
  void close();
}
