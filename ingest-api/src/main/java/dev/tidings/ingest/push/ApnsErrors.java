package dev.tidings.ingest.push;

import dev.tidings.ingest.http.Answer;
import dev.tidings.ingest.http.ErrorAnswers;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;

/** Answers what no service got to see, or what one did not expect, in the same words. */
public final class ApnsErrors implements ErrorAnswers {
  /** What is no request asked for no path, either: nobody was meant by it. */
  @Override
  public Answer malformed() {
    return because(RejectionReason.BAD_PATH);
  }

  @Override
  public Answer failed() {
    return because(RejectionReason.INTERNAL_SERVER_ERROR);
  }

  private static Answer because(RejectionReason reason) {
    return Answers.of(new Outcome.Rejected(NotificationId.random(), reason));
  }
}
