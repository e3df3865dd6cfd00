package dev.tidings.ingest.push;

import dev.tidings.http.BodyListener;
import dev.tidings.http.Exchange;
import dev.tidings.ingest.request.CheckedPush;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One push request, from its body to its response. It takes a place in {@code InFlight} only while
 * its payload is being written to the log: a request without its body, of which a client may send
 * many, takes none.
 */
final class PushExchange implements BodyListener {
  private final PushPipeline pipeline;
  private final CheckedPush push;
  private final @Nullable String sentId;
  private final Exchange exchange;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();

  /**
   * @param sentId the id as the provider wrote it
   */
  PushExchange(
      PushPipeline pipeline, CheckedPush push, @Nullable String sentId, Exchange exchange) {
    this.pipeline = pipeline;
    this.push = push;
    this.sentId = sentId;
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
    if (pipeline.payloads().contradicts(payload, push.pushType())) {
      reject(RejectionReason.INVALID_PUSH_TYPE);
      return;
    }
    if (!pipeline.inFlight().enter()) {
      noRoom();
      return;
    }
    pipeline.notifications().append(push, payload, this::leave);
  }

  @Override
  public void noRoom() {
    finish(new Outcome.Overloaded(push.id(), push.unique(), RejectionReason.TOO_MANY_REQUESTS));
  }

  @Override
  public void tooLarge() {
    reject(RejectionReason.PAYLOAD_TOO_LARGE);
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    if (bodyMissing) {
      reject(RejectionReason.IDLE_TIMEOUT);
    } else {
      // The append is still running; its place is released when it ends.
      finish(new Outcome.Overloaded(push.id(), push.unique(), RejectionReason.SERVICE_UNAVAILABLE));
    }
  }

  private void reject(RejectionReason reason) {
    finish(new Outcome.Rejected(push.id(), reason));
  }

  private void leave(Outcome outcome) {
    pipeline.inFlight().leave();
    finish(outcome);
  }

  /** Sends the first outcome as the response; later ones are ignored. */
  private void finish(Outcome outcome) {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    pipeline.meters().count(outcome, System.nanoTime() - startedNanos);
    exchange.respond(PushResponses.of(outcome, sentId));
  }
}
