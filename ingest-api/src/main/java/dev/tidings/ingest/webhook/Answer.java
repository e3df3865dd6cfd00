package dev.tidings.ingest.webhook;

import java.time.Duration;
import java.util.Optional;

/** What came of a request. */
sealed interface Answer {
  /**
   * The endpoint has answered.
   *
   * @param retryAfter how long it asks not to be asked again
   */
  record Answered(int status, Optional<Duration> retryAfter) implements Answer {}

  /**
   * There was no answer, and may be one the next time: also if the URL is none that this process
   * may ask, since another one may be set otherwise.
   */
  record Failed(String why) implements Answer {}
}
