package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceResult.Underway;
import java.util.List;

/** The result of a search of the log for what has no receipt yet. */
public sealed interface Unprocessed {
  /**
   * The log was searched.
   *
   * @param underway the notifications found, one for each token
   * @param records the number of records searched
   * @param complete whether those were all records to search, and all that was found is here
   * @param partition the partition of the table in which the receipts are
   */
  record Searched(List<Underway> underway, long records, boolean complete, int partition)
      implements Unprocessed {}

  /** It could not be searched; a request may succeed soon. */
  record NotNow(String why) implements Unprocessed {}
}
