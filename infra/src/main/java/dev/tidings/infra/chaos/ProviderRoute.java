package dev.tidings.infra.chaos;

import dev.tidings.infra.ledger.ProviderAnswer;

/** Sends notifications to the log. Thread-safe. */
interface ProviderRoute extends AutoCloseable {
  /** Sends once. Returns the answer to the provider; blocks for about ten seconds at most. */
  ProviderAnswer send(Push push) throws InterruptedException;

  @Override
  void close();
}
