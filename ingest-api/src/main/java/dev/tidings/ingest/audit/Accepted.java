package dev.tidings.ingest.audit;

import dev.tidings.schemas.topic.ReceiptKey;

/**
 * A notification that was accepted.
 *
 * @param offset of its record
 * @param receipt the key of the receipt that it has to get
 * @param app its app; empty if it is none
 * @param at when it was accepted, in ms since the epoch
 */
record Accepted(long offset, ReceiptKey receipt, String app, long at) {}
