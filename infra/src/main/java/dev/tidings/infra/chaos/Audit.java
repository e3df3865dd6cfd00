package dev.tidings.infra.chaos;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.provider.IngestClient;
import dev.tidings.infra.provider.Trace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks the receipts about what no device has confirmed.
 *
 * @param ingest whom to ask; the first that answers counts
 */
record Audit(List<IngestClient> ingest) {
  /** Until a device that vanished is given up, and what it was sent is parked. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  Tally of(Ledger ledger) throws InterruptedException {
    List<String> owed = ledger.owedIds();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var ended = new TreeMap<String, Integer>();
    var lost = new ArrayList<String>();
    for (String id : owed) {
      Optional<Trace> trace =
          trace(id, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      // Said to be delivered, and the device knows nothing of it: that is lost too.
      if (trace.isPresent() && isAccountedFor(trace.get())) {
        ended.merge(trace.get().outcome(), 1, Integer::sum);
      } else {
        lost.add(id + trace.map(found -> " (" + found.outcome() + ")").orElse(" (no trace)"));
      }
    }
    return ledger.tally().with(ended, lost);
  }

  private static boolean isAccountedFor(Trace trace) {
    return switch (trace.outcome()) {
      case "delivered", "accepted", "resolved", "unknown" -> false;
      default -> true;
    };
  }

  private Optional<Trace> trace(String id, Duration patience) throws InterruptedException {
    for (IngestClient client : ingest) {
      try {
        Optional<Trace> trace = client.awaitTrace(id, patience, Audit::isAccountedFor);
        if (trace.isPresent()) {
          return trace;
        }
      } catch (IOException e) {
        // The next one may know.
      }
    }
    return Optional.empty();
  }
}
