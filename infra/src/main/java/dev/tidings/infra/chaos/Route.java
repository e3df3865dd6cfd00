package dev.tidings.infra.chaos;

import dev.tidings.infra.ledger.Answer;

/** Sends notifications to the log. Thread-safe. */
interface Route extends AutoCloseable {
  /** Sends once. Returns the answer to the provider; blocks for about ten seconds at most. */
  Answer send(Push push) throws InterruptedException;

  @Override
  void close();
}
