package dev.tidings.ingest.receipts;

import org.jspecify.annotations.Nullable;

/**
 * A receipt as it is told: the same for everybody, each time.
 *
 * @param partition of the record
 * @param offset of the record
 * @param name the last step, in lower case
 * @param data the trace so far, in JSON
 * @param gone the token that is of no use any more, in JSON; null if the receipt does not say so
 */
record ReceiptEvent(
    String app, int partition, long offset, String name, byte[] data, byte @Nullable [] gone) {
  private static final int BESIDES = 256;

  /** Returns how much memory it takes, roughly. */
  int bytes() {
    return BESIDES + data.length + (gone == null ? 0 : gone.length);
  }
}
