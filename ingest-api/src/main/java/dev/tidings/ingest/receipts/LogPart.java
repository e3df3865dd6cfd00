package dev.tidings.ingest.receipts;

import java.util.List;

/** The receipts that one turn of reading the log has found. */
sealed interface LogPart {
  /**
   * A part of the log.
   *
   * @param from where it begins, by partition: later than what was asked for if there are gaps
   * @param gaps what the client has to be told before
   * @param events in the order of each partition
   * @param next where to go on, by partition
   */
  record Read(long[] from, List<Gap> gaps, List<ReceiptEvent> events, long[] next)
      implements LogPart {}

  /** It could not be read, and may be soon. */
  record Failed() implements LogPart {}
}
