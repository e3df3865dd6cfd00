package dev.tidings.ingest.trace.table;

import dev.tidings.schemas.topic.ReceiptKey;

/**
 * A stored receipt.
 *
 * @param value the bytes as in the log
 */
public record Kept(ReceiptKey key, byte[] value) {}
