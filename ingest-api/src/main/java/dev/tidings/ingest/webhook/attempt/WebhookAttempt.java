package dev.tidings.ingest.webhook.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One request to a webhook, and what came of it.
 *
 * @param at when it was sent
 * @param events how many receipts were in it
 * @param status of the answer; empty if there was none
 * @param failure what was wrong; empty if it was taken
 * @param nextAt when the same is sent again; empty if that is not so
 */
public record WebhookAttempt(
    Instant at,
    Duration took,
    int events,
    OptionalInt status,
    Optional<String> failure,
    Optional<Instant> nextAt) {
  /** Returns whether it was taken. */
  public boolean isTaken() {
    return failure.isEmpty();
  }
}
