package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** What can be said about a notification. */
public sealed interface Trace {
  /** There is a receipt: it has been delivered, waits in the inbox, or never will be delivered. */
  record Receipted(Receipt receipt) implements Trace {}

  /**
   * It is in the log and still to be worked off.
   *
   * @param device where that is known already
   */
  record Underway(
      Stage stage, @Nullable String device, String app, List<Step> steps, Location location)
      implements Trace {}

  /** How far a notification without a receipt has come. */
  enum Stage {
    /** In {@code notifications}: its device is still to be found. */
    ACCEPTED,
    /** In {@code deliveries}: its device is known. */
    RESOLVED
  }

  /** A record of the log. */
  record Location(String topic, int partition, long offset) {}

  /**
   * Nobody has heard of it.
   *
   * @param records how many were looked at
   * @param complete whether that was all there was to look at
   */
  record Unknown(long records, boolean complete) implements Trace {}

  /** Another node has this part of the table. */
  record Elsewhere(HostInfo node) implements Trace {}

  /** It can't be said at the moment: ask again soon. */
  record NotNow(String why) implements Trace {}

  /** What stands in the table for this id is no receipt. */
  record Unreadable(String why) implements Trace {}

  /** Too many are asking. */
  record Busy() implements Trace {}
}
