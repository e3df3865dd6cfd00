package dev.tidings.ingest.push;

import dev.tidings.ingest.http.Body;
import dev.tidings.ingest.http.Exchange;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.PushRequest;
import dev.tidings.ingest.request.RejectionReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request for a push, from its body to its answer. Holds a place in flight until then. */
final class PushExchange implements Body.Taker {
  private static final Logger log = LoggerFactory.getLogger(PushExchange.class);
  private static final int RETRY_AFTER_SECONDS = 1;

  private final PushPipeline pipeline;
  private final PushRequest push;
  private final Exchange exchange;
  private final long startedNanos = System.nanoTime();

  PushExchange(PushPipeline pipeline, PushRequest push, Exchange exchange) {
    this.pipeline = pipeline;
    this.push = push;
    this.exchange = exchange;
  }

  @Override
  public void complete(byte[] payload) {
    if (payload.length == 0) {
      reject(RejectionReason.PAYLOAD_EMPTY);
      return;
    }
    if (!pipeline.payloads().isObject(payload)) {
      reject(RejectionReason.BAD_PAYLOAD);
      return;
    }
    try {
      pipeline.notifications().append(push, payload, this::finish);
    } catch (RuntimeException e) {
      log.error("{} not appended", push.id(), e);
      reject(RejectionReason.INTERNAL_SERVER_ERROR);
    }
  }

  @Override
  public void tooLarge() {
    reject(RejectionReason.PAYLOAD_TOO_LARGE);
  }

  @Override
  public void aborted() {
    pipeline.inFlight().leave();
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    if (bodyMissing) {
      reject(RejectionReason.IDLE_TIMEOUT);
    } else {
      // The log still says what became of it; only then its place is free.
      exchange.answer(
          Answers.of(
              new Outcome.Overloaded(
                  push.id(), RejectionReason.SERVICE_UNAVAILABLE, RETRY_AFTER_SECONDS)));
    }
  }

  private void reject(RejectionReason reason) {
    finish(new Outcome.Rejected(push.id(), reason));
  }

  private void finish(Outcome outcome) {
    pipeline.inFlight().leave();
    pipeline.meters().count(outcome, System.nanoTime() - startedNanos);
    exchange.answer(Answers.of(outcome));
  }
}
