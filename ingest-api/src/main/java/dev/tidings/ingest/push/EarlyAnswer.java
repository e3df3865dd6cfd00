package dev.tidings.ingest.push;

import dev.tidings.ingest.http.Body;
import dev.tidings.ingest.http.Exchange;
import dev.tidings.ingest.request.Outcome;

/**
 * An outcome that is certain before the body has come. It is told after the body all the same, for
 * an answer in the midst of sending confuses some clients; the body itself is dropped.
 *
 * @param exchange where it is told
 */
record EarlyAnswer(Exchange exchange, Outcome outcome) implements Body.Taker {
  @Override
  public void complete(byte[] body) {
    tell();
  }

  @Override
  public void tooLarge() {
    tell();
  }

  @Override
  public void aborted() {
    // Nobody is left to be told.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    tell();
  }

  private void tell() {
    exchange.answer(Answers.of(outcome));
  }
}
