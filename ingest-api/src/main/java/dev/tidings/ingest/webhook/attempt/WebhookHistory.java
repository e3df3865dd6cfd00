package dev.tidings.ingest.webhook.attempt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What became of webhooks, as far as this process knows and as is on record. Thread-safe. */
public interface WebhookHistory {
  /** That of a process that serves none. */
  WebhookHistory NONE =
      new WebhookHistory() {
        @Override
        public boolean isServed(String webhook) {
          return false;
        }

        @Override
        public List<WebhookAttempt> attempts(String webhook) {
          return List.of();
        }

        @Override
        public Optional<Instant> failingSince(String webhook) {
          return Optional.empty();
        }
      };

  /** Returns whether this process sends to it at the moment. */
  boolean isServed(String webhook);

  /** Returns the last requests that this process has sent, the last one first. */
  List<WebhookAttempt> attempts(String webhook);

  /**
   * Returns since when it takes nothing, whichever process serves it; empty if it does, or if that
   * is not on record. Blocks.
   *
   * @throws org.apache.kafka.common.KafkaException if the log does not answer
   */
  Optional<Instant> failingSince(String webhook) throws InterruptedException;
}
