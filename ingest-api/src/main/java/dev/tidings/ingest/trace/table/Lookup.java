package dev.tidings.ingest.trace.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a look-up in a partition of this node. */
public sealed interface Lookup {
  /**
   * The receipts found, in the order of their keys, and then what devices tell of them.
   *
   * @param next the mark at which the next page begins; null if there is none
   */
  record Found(List<Kept> receipts, @Nullable String next) implements Lookup {}

  /** More would have to be read than a look-up may: nobody can say whether there is a receipt. */
  record TooMuch() implements Lookup {}

  /** The partition is still being restored, or has just moved to another node. */
  record NotServing(String why) implements Lookup {}
}
