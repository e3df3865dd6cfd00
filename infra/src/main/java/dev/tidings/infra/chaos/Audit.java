package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.device.SimulatedDevice;
import dev.tidings.infra.ledger.End;
import dev.tidings.infra.ledger.Finding;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.provider.IngestClient;
import dev.tidings.infra.provider.Trace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Holds what the receipts say of every notification against what its provider was told and what its
 * device did, and some traces against their receipts.
 *
 * @param ingest whom to ask for traces; the first that answers counts
 */
record Audit(Ledger ledger, Devices devices, ReceiptLog receipts, List<IngestClient> ingest) {
  /** Until a device that vanished is given up, and what it was sent is parked. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final int TRACES = 200;
  private static final Duration TRACE_WITHIN = Duration.ofSeconds(5);

  /**
   * Waits until every notification has the end that it should have. Returns whether that came
   * about.
   */
  boolean awaitSettled() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    receipts.readOn();
    while (!ledger.judge(receipts, this::isPresent).isEmpty()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(LOOK_EVERY);
      receipts.readOn();
    }
    return true;
  }

  private boolean isPresent(int device) {
    return devices.all().get(device).isPresent();
  }

  /** What it comes to. */
  Tally tally() throws InterruptedException {
    var _ = awaitSettled();
    var sample = new ArrayList<>(ledger.accepted());
    Collections.shuffle(sample, new Random(sample.size()));
    List<Ledger.Accepted> asked = sample.subList(0, Math.min(TRACES, sample.size()));
    var wrong = new ArrayList<Finding>();
    for (Ledger.Accepted one : asked) {
      compare(one).ifPresent(wrong::add);
    }
    return ledger.tally(receipts, this::isPresent).withTraces(asked.size(), wrong);
  }

  private Optional<Finding> compare(Ledger.Accepted one) throws InterruptedException {
    Optional<End> receipt = receipts.end(one.id(), one.token());
    if (receipt.isEmpty()) {
      return Optional.empty();
    }
    String expected = receipt.get().outcome();
    List<String> told = List.of();
    for (IngestClient client : ingest) {
      try {
        told =
            client
                .awaitTrace(
                    one.id(), TRACE_WITHIN, found -> outcomes(found, one).contains(expected))
                .map(found -> outcomes(found, one))
                .orElse(List.of());
      } catch (IOException e) {
        // The next one may know.
      }
      if (told.contains(expected)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Finding(
            Finding.Kind.FALSE_TRACE,
            "%s to %s: %s, and its receipt %s"
                .formatted(one.id(), one.recipient(), told, expected)));
  }

  /** What a trace says of one of the recipients of its id. */
  private List<String> outcomes(Trace trace, Ledger.Accepted one) {
    SimulatedDevice device = devices.all().get(one.recipient().device());
    String app = Devices.app(one.recipient());
    List<String> ofDevice = outcomes(trace, app + " on " + device.serial());
    // Where nobody knew a device for the token, there is none in the trace.
    return ofDevice.isEmpty() ? outcomes(trace, app) : ofDevice;
  }

  private static List<String> outcomes(Trace trace, String recipient) {
    return Stream.concat(Stream.of(trace), trace.others().stream())
        .filter(each -> each.recipient().equals(recipient))
        .map(Trace::outcome)
        .toList();
  }
}
