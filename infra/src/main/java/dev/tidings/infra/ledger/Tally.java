package dev.tidings.infra.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of every notification.
 *
 * @param sent all of them
 * @param accepted those the provider was told were taken
 * @param refused those it was told were not
 * @param unknown those it got no answer for
 * @param confirmed of the accepted, those their device has confirmed
 * @param duplicated arrivals of what had arrived before
 * @param arrivedAnyway of those not accepted, those that arrived all the same
 * @param strays arrivals at a device they were not sent to
 * @param outOfOrder accepted notifications that first arrived behind one accepted later
 * @param ended of the accepted, those not confirmed whose receipt says what became of them, by what
 *     it says ({@code pending}, {@code expired}, …)
 * @param lost the ids of the accepted that are neither
 */
public record Tally(
    int sent,
    int accepted,
    int refused,
    int unknown,
    int confirmed,
    int duplicated,
    int arrivedAnyway,
    int strays,
    int outOfOrder,
    Map<String, Integer> ended,
    List<String> lost) {
  public Tally {
    ended = Map.copyOf(ended);
    lost = List.copyOf(lost);
  }

  /** The same, with what the receipts say about those that were not confirmed. */
  public Tally with(Map<String, Integer> byReceipt, List<String> withoutReceipt) {
    return new Tally(
        sent,
        accepted,
        refused,
        unknown,
        confirmed,
        duplicated,
        arrivedAnyway,
        strays,
        outOfOrder,
        byReceipt,
        withoutReceipt);
  }

  /** Whether every promise was kept. */
  public boolean isClean() {
    return lost.isEmpty() && outOfOrder == 0 && strays == 0;
  }

  /** A line for each count. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    line(text, "sent", sent);
    line(text, "accepted", accepted);
    line(text, "refused", refused);
    line(text, "no answer", unknown);
    line(text, "confirmed", confirmed);
    line(text, "duplicated", duplicated);
    line(text, "not accepted, yet arrived", arrivedAnyway);
    var outcomes = new TreeMap<>(ended);
    outcomes.putIfAbsent("pending", 0);
    outcomes.putIfAbsent("expired", 0);
    outcomes.forEach((outcome, count) -> line(text, outcome, count));
    line(text, "at the wrong device", strays);
    line(text, "lost", lost.size());
    line(text, "order violations", outOfOrder);
    return text.toString();
  }

  private static void line(StringBuilder text, String what, int count) {
    text.append("%-26s %,12d%n".formatted(what, count));
  }
}
