package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.topic.UniqueId;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** The result of looking up an id. */
public sealed interface TraceResult {
  /**
   * The id is known: one account for each token it was used for.
   *
   * @param next the mark at which the next page begins; null if there is none
   */
  record Found(List<Account> accounts, @Nullable String next) implements TraceResult {}

  /** The state of a notification to one token. */
  sealed interface Account {
    UniqueId unique();
  }

  /**
   * There is a receipt: it has been delivered, waits in the inbox, or never will be delivered.
   *
   * @param repetition the receipt of the last repetition, if there is one
   * @param unread what the log has of the same id and token, if anything: it may come after the
   *     receipt
   */
  record Receipted(
      UniqueId unique, Receipt receipt, @Nullable Receipt repetition, @Nullable Underway unread)
      implements Account {
    /** Without anything in the log. */
    public Receipted(UniqueId unique, Receipt receipt, @Nullable Receipt repetition) {
      this(unique, receipt, repetition, null);
    }
  }

  /**
   * It is in the log and not processed yet.
   *
   * @param device the device, if known already
   * @param category null if it has none
   * @param repetition the receipt of the last repetition, if there is one
   * @param prospect what a withdrawal of it depends on
   */
  record Underway(
      UniqueId unique,
      Stage stage,
      @Nullable String device,
      String app,
      @Nullable String category,
      List<Step> steps,
      Location location,
      String id,
      @Nullable Receipt repetition,
      Prospect prospect)
      implements Account {
    /** Returns it with what is to become of another record of the same id and token too. */
    Underway with(Prospect other) {
      return new Underway(
          unique,
          stage,
          device,
          app,
          category,
          steps,
          location,
          id,
          repetition,
          prospect.with(other));
    }
  }

  /**
   * What is to become of a notification without a receipt.
   *
   * @param token empty if it is none
   * @param deliverAt its time, in ms since the epoch; null if it goes to its device at once
   * @param moves whether it will be written again, into the partition of its token: what is written
   *     for the token now comes before it
   */
  record Prospect(String token, @Nullable Long deliverAt, boolean moves) {
    /** Returns that of both: if either is to be withdrawn, or to be waited for, both are. */
    Prospect with(Prospect other) {
      if (deliverAt == null || other.deliverAt == null) {
        return deliverAt == null ? other : this;
      }
      return new Prospect(token, Math.max(deliverAt, other.deliverAt), moves || other.moves);
    }
  }

  /** The record in the table is not a readable receipt. */
  record Unreadable(UniqueId unique, String why) implements Account {}

  /** How far a notification without a receipt has come. */
  enum Stage {
    /** In {@code notifications}: its device is not resolved yet. */
    ACCEPTED,
    /** In {@code deliveries}: its device is known. */
    RESOLVED
  }

  /** The position of a record of the log. */
  record Location(String topic, int partition, long offset) {}

  /**
   * The id is unknown.
   *
   * @param records the number of records searched
   * @param complete whether those were all records to search
   */
  record Unknown(long records, boolean complete) implements TraceResult {}

  /**
   * Another node has this part of the table.
   *
   * @param hop how to ask that node
   */
  record Elsewhere(HostInfo node, Hop hop) implements TraceResult {}

  /** The trace is not available at the moment; a request may succeed soon. */
  record NotNow(String why) implements TraceResult {}

  /**
   * The table has no receipt of it; it may still be in the log, which must be searched.
   *
   * @param partition the partition of the table in which its receipt would be
   */
  record Sought(int partition) implements TraceResult {}

  /** How a request reached this node. */
  enum Hop {
    /** From the client. */
    NONE,
    /** From a node that does not have the receipts of the id. */
    BY_ID,
    /** From a node that does not know the id, to be looked up as a unique id. */
    BY_UNIQUE_ID
  }
}
