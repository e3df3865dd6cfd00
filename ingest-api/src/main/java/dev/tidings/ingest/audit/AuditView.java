package dev.tidings.ingest.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What is known of the whole audit, whichever processes do it.
 *
 * @param since from when on everything was audited, in ms since the epoch
 * @param until up to when
 * @param differences those that are listed, in the order of their acceptance
 * @param unlisted how many have no room there
 */
record AuditView(long since, long until, List<Accepted> differences, long unlisted) {
  /**
   * Reads what was committed; empty if a partition has nothing.
   *
   * @param partitions of the topic
   */
  static Optional<AuditView> of(Map<Integer, OffsetAndMetadata> committed, int partitions) {
    long since = 0;
    long until = Long.MAX_VALUE;
    long unlisted = 0;
    List<Accepted> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      OffsetAndMetadata place = committed.get(i);
      Optional<AuditState> state =
          place == null ? Optional.empty() : AuditState.parse(place.metadata());
      if (state.isEmpty()) {
        return Optional.empty();
      }
      since = Math.max(since, state.get().since());
      until = Math.min(until, state.get().until());
      unlisted += state.get().count() - state.get().listed().size();
      all.addAll(state.get().listed());
    }
    all.sort(Position.ORDER);
    return partitions == 0
        ? Optional.empty()
        : Optional.of(new AuditView(since, until, List.copyOf(all), unlisted));
  }

  /**
   * Where a page of differences ends: the time of acceptance and the key of the receipt.
   *
   * @param at in ms since the epoch
   */
  record Position(long at, String receipt) {
    static final Comparator<Accepted> ORDER =
        Comparator.comparingLong(Accepted::at).thenComparing(each -> each.receipt().text());

    private static final String BETWEEN = "_";

    static Position of(Accepted accepted) {
      return new Position(accepted.at(), accepted.receipt().text());
    }

    static Optional<Position> parse(String text) {
      String[] parts = text.split(BETWEEN, 2);
      try {
        return parts.length == 2
            ? Optional.of(new Position(Long.parseLong(parts[0]), parts[1]))
            : Optional.empty();
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    boolean isBefore(Accepted accepted) {
      return at == accepted.at()
          ? receipt.compareTo(accepted.receipt().text()) < 0
          : at < accepted.at();
    }

    @Override
    public String toString() {
      return at + BETWEEN + receipt;
    }
  }
}
