package dev.tidings.ingest.webhook;

import dev.tidings.ingest.webhook.attempt.WebhookAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** The outcome of a request to a webhook: its response, or why there was none. */
sealed interface WebhookOutcome {
  /**
   * Returns what is remembered of the request.
   *
   * @param sent when it was
   * @param now when that was known
   * @param next what is done about it
   */
  default WebhookAttempt attempt(Instant sent, Instant now, int events, Attempts.Next next) {
    OptionalInt status =
        this instanceof Answered(int answered, _) ? OptionalInt.of(answered) : OptionalInt.empty();
    // The clock may have been set back meanwhile.
    Duration took = now.isBefore(sent) ? Duration.ZERO : Duration.between(sent, now);
    return new WebhookAttempt(sent, took, events, status, next.failure(), next.at(now));
  }

  /**
   * The endpoint has answered.
   *
   * @param retryAfter how long it asks not to be asked again
   */
  record Answered(int status, Optional<Duration> retryAfter) implements WebhookOutcome {}

  /**
   * There was no answer, and may be one the next time: also if the URL is none that this process
   * may ask, since another one may be set otherwise.
   */
  record Failed(String why) implements WebhookOutcome {}
}
