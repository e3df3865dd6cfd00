package dev.tidings.ingest.server;

import com.linecorp.armeria.common.HttpResponse;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.PushRequest;
import dev.tidings.ingest.request.RejectionReason;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request for a push, from its body to its answer. Holds a place in flight until then. */
final class PushExchange implements Body.Taker {
  private static final Logger log = LoggerFactory.getLogger(PushExchange.class);

  private final PushPipeline pipeline;
  private final PushRequest push;
  private final long startedNanos = System.nanoTime();
  private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();

  PushExchange(PushPipeline pipeline, PushRequest push) {
    this.pipeline = pipeline;
    this.push = push;
  }

  HttpResponse response() {
    return HttpResponse.of(answer);
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

  private void reject(RejectionReason reason) {
    finish(new Outcome.Rejected(push.id(), reason));
  }

  private void finish(Outcome outcome) {
    pipeline.inFlight().leave();
    pipeline.meters().count(outcome, System.nanoTime() - startedNanos);
    answer.complete(Answers.of(outcome));
  }
}
