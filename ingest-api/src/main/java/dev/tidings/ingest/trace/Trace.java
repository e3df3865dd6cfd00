package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.topic.UniqueId;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** What can be said about an id. */
public sealed interface Trace {
  /**
   * There is something: one account for each token it was used for.
   *
   * @param next where the next page begins, if there is one
   */
  record Found(List<Account> accounts, @Nullable String next) implements Trace {}

  /** What has become of a notification to one token. */
  sealed interface Account {
    UniqueId unique();
  }

  /**
   * There is a receipt: it has been delivered, waits in the inbox, or never will be delivered.
   *
   * @param repetition the receipt of the last one that came again, if one did
   */
  record Receipted(UniqueId unique, Receipt receipt, @Nullable Receipt repetition)
      implements Account {}

  /**
   * It is in the log and still to be worked off.
   *
   * @param device where that is known already
   * @param repetition the receipt of the last one that came again, if one did
   */
  record Underway(
      UniqueId unique,
      Stage stage,
      @Nullable String device,
      String app,
      List<Step> steps,
      Location location,
      String id,
      @Nullable Receipt repetition)
      implements Account {}

  /** What stands in the table for it is no receipt. */
  record Unreadable(UniqueId unique, String why) implements Account {}

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

  /**
   * Another node has this part of the table.
   *
   * @param hop what that node is to be asked
   */
  record Elsewhere(HostInfo node, Hop hop) implements Trace {}

  /** It can't be said at the moment: ask again soon. */
  record NotNow(String why) implements Trace {}

  /**
   * The table has nothing of it; it may be under way in the log, which is to be searched.
   *
   * @param partition of the table, where its receipt would come
   */
  record Sought(int partition) implements Trace {}

  /** How a question came here. */
  enum Hop {
    /** From the one who asks. */
    NONE,
    /** From a node that has not got the receipts of the id. */
    BY_ID,
    /** From a node that knows of no such id, to be looked for as a unique id. */
    BY_UNIQUE_ID
  }
}
