package dev.tidings.infra.ledger;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts notifications by outcome. Not thread-safe. */
final class Count {
  private final ReceiptSource receipts;
  private final Map<ProviderAnswer, Integer> answers = new EnumMap<>(ProviderAnswer.class);
  private final Map<String, Integer> ended = new TreeMap<>();
  private int sent;
  private int confirmed;
  private int confirmedYetEnded;
  private int arrivedAnyway;

  Count(ReceiptSource receipts) {
    this.receipts = receipts;
  }

  void add(SentNotification one) {
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
        of(ProviderAnswer.ACCEPTED),
        of(ProviderAnswer.REFUSED) + of(ProviderAnswer.INVALID),
        of(ProviderAnswer.UNREGISTERED),
        of(ProviderAnswer.UNKNOWN) + of(ProviderAnswer.NONE),
        confirmed,
        confirmedYetEnded,
        duplicated,
        arrivedAnyway,
        revokedTokens,
        ended,
        0,
        findings);
  }

  private int of(ProviderAnswer answer) {
    return answers.getOrDefault(answer, 0);
  }
}
