package dev.tidings.infra.ledger;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts notifications by what became of them. For one thread. */
final class Count {
  private final Receipts receipts;
  private final Map<Answer, Integer> answers = new EnumMap<>(Answer.class);
  private final Map<String, Integer> ended = new TreeMap<>();
  private int sent;
  private int confirmed;
  private int confirmedYetEnded;
  private int arrivedAnyway;

  Count(Receipts receipts) {
    this.receipts = receipts;
  }

  void add(Sent one) {
    sent++;
    answers.merge(one.answer, 1, Integer::sum);
    if (!one.isAccepted()) {
      arrivedAnyway += one.arrivals > 0 ? 1 : 0;
      return;
    }
    Optional<String> outcome = receipts.end(one.id, one.token).map(End::outcome);
    if (one.confirmed) {
      confirmed++;
      boolean otherwise = outcome.isPresent() && !outcome.get().equals("delivered");
      confirmedYetEnded += otherwise ? 1 : 0;
    } else {
      outcome.ifPresent(word -> ended.merge(word, 1, Integer::sum));
    }
  }

  Tally tally(int duplicated, int revokedTokens, List<Finding> findings) {
    return new Tally(
        sent,
        of(Answer.ACCEPTED),
        of(Answer.REFUSED) + of(Answer.INVALID),
        of(Answer.UNREGISTERED),
        of(Answer.UNKNOWN) + of(Answer.NONE),
        confirmed,
        confirmedYetEnded,
        duplicated,
        arrivedAnyway,
        revokedTokens,
        ended,
        0,
        findings);
  }

  private int of(Answer answer) {
    return answers.getOrDefault(answer, 0);
  }
}
