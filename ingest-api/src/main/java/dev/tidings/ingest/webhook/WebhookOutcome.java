package dev.tidings.ingest.webhook;

import java.time.Duration;
import java.util.Optional;

/** The outcome of a request to a webhook: its response, or why there was none. */
sealed interface WebhookOutcome {
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
