package dev.tidings.ingest.server;

import com.linecorp.armeria.common.HttpResponse;
import dev.tidings.ingest.request.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * An outcome that is certain before the body has come. It is told after the body all the same, for
 * an answer in the midst of sending confuses some clients; the body itself is dropped.
 */
final class EarlyAnswer implements Body.Taker {
  private final Outcome outcome;
  private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();

  EarlyAnswer(Outcome outcome) {
    this.outcome = outcome;
  }

  HttpResponse response() {
    return HttpResponse.of(answer);
  }

  @Override
  public void complete(byte[] body) {
    answer.complete(Answers.of(outcome));
  }

  @Override
  public void tooLarge() {
    answer.complete(Answers.of(outcome));
  }

  @Override
  public void aborted() {
    // Nobody is left to be told.
  }
}
