package dev.tidings.infra.load;

import dev.tidings.infra.ledger.ProviderAnswer;

/** Sends notifications to the log. Thread-safe. */
public interface ProviderRoute extends AutoCloseable {
  /** Sends once. Returns the answer to the provider; blocks for about ten seconds at most. */
  ProviderAnswer send(Push push) throws InterruptedException;

  @Override
  void close();
}
