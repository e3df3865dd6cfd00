package dev.tidings.ingest.trace.table;

import org.apache.kafka.common.utils.Bytes;

/**
 * Writes the final receipt of a notification again, behind one that came too late. The topic keeps
 * what was said last, and a table that is restored from it has nothing else.
 */
@FunctionalInterface
interface FinalReceiptRewriter {
  /** Returns when the log has it, or if it can't be written now. */
  void write(int partition, Bytes key, byte[] receipt);
}
