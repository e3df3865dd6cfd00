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

  /** There was no answer, and may be one the next time. */
  record Failed(String why) implements Answer {}

  /** The URL is none that this service may ask. */
  record Forbidden(String why) implements Answer {}
}
