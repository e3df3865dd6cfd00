package dev.tidings.ingest.webhook;

import dev.tidings.ingest.receipts.Cursor;
import java.time.Instant;
import java.util.Optional;

/**
 * The positions of webhooks in {@code receipts}, kept in the log: whoever serves one next goes on
 * there.
 */
interface WebhookPlaces {
  /**
   * The position of a webhook in the log.
   *
   * @param next behind what it has taken; empty if it has never been told
   * @param failingSince since when it has not taken what comes next
   */
  record Place(Optional<Cursor> next, Optional<Instant> failingSince) {}

  /**
   * Returns the position of a webhook. Blocks.
   *
   * @throws org.apache.kafka.common.KafkaException if that can't be had at the moment
   */
  Place read(String webhook) throws InterruptedException;

  /**
   * Keeps the position of a webhook. Blocks.
   *
   * @throws org.apache.kafka.common.KafkaException if it is not known to be kept
   */
  void keep(String webhook, Cursor next, Optional<Instant> failingSince)
      throws InterruptedException;
}
