package dev.tidings.infra.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The outcome of every notification.
 *
 * @param sent notifications sent
 * @param accepted those that were accepted
 * @param refused those that were refused
 * @param gone those that were refused because their token was revoked
 * @param unknown those without a response
 * @param confirmed of the accepted, those confirmed by their device
 * @param confirmedYetEnded of those, the ones whose receipt has another outcome: the confirmation
 *     was lost with its connection
 * @param duplicated repeated arrivals
 * @param arrivedAnyway of those not accepted, those that arrived nevertheless
 * @param revokedTokens tokens that were returned by their devices
 * @param ended of the accepted and not confirmed, the outcomes in their receipts ({@code pending},
 *     {@code expired}, …)
 * @param traces the number of traces that were compared with their receipts
 * @param findings the promises that were not kept
 */
public record Tally(
    int sent,
    int accepted,
    int refused,
    int gone,
    int unknown,
    int confirmed,
    int confirmedYetEnded,
    int duplicated,
    int arrivedAnyway,
    int revokedTokens,
    Map<String, Integer> ended,
    int traces,
    List<Finding> findings) {
  private static final List<String> ENDS =
      List.of("pending", "expired", "collapsed", "unregistered");

  public Tally {
    ended = Map.copyOf(ended);
    findings = List.copyOf(findings);
  }

  /** Returns the same, with the result of comparing traces. */
  public Tally withTraces(int compared, List<Finding> falseTraces) {
    return new Tally(
        sent,
        accepted,
        refused,
        gone,
        unknown,
        confirmed,
        confirmedYetEnded,
        duplicated,
        arrivedAnyway,
        revokedTokens,
        ended,
        compared,
        Stream.concat(findings.stream(), falseTraces.stream()).toList());
  }

  /** Returns the findings of one kind. */
  public List<Finding> findings(Finding.Kind kind) {
    return findings.stream().filter(finding -> finding.kind() == kind).toList();
  }

  /** Whether every promise was kept. */
  public boolean isClean() {
    return findings.isEmpty();
  }

  /** Returns a line for each count. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    line(text, "sent", sent);
    line(text, "accepted", accepted);
    line(text, "refused", refused);
    line(text, "refused: unregistered", gone);
    line(text, "no answer", unknown);
    line(text, "confirmed", confirmed);
    line(text, "confirmed, ended otherwise", confirmedYetEnded);
    var outcomes = new TreeMap<>(ended);
    ENDS.forEach(outcome -> outcomes.putIfAbsent(outcome, 0));
    outcomes.forEach((outcome, count) -> line(text, "not confirmed: " + outcome, count));
    line(text, "duplicated", duplicated);
    line(text, "not accepted, yet arrived", arrivedAnyway);
    line(text, "tokens given back", revokedTokens);
    line(text, "traces compared", traces);
    for (Finding.Kind kind : Finding.Kind.values()) {
      line(text, kind.toString(), findings(kind).size());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String what, int count) {
    text.append("%-28s %,12d%n".formatted(what, count));
  }
}
