package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.device.SimulatedDevice;
import dev.tidings.infra.ledger.End;
import dev.tidings.infra.ledger.Finding;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.Trace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares the receipt of every notification with the provider's responses and the device's
 * confirmations, and some traces with their receipts.
 *
 * @param ingest the nodes to ask for traces; the first response counts
 */
record Audit(Ledger ledger, Devices devices, ReceiptLog receipts, List<IngestClient> ingest) {
  /** Longer than it takes to park the notifications of a device that vanished. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Two rounds of the service's own audit, and longer than a slow device holds one up. */
  private static final Duration AUDITED_WITHIN = Duration.ofMinutes(2);

  private static final int TRACES = 200;
  private static final Duration TRACE_WITHIN = Duration.ofSeconds(5);

  /**
   * Waits until every notification has its expected outcome. Returns false if that did not happen.
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

  /**
   * Returns the counts and findings.
   *
   * @param audited whether the service's own audit is to be compared, too
   */
  Tally tally(boolean audited) throws InterruptedException {
    Instant begun = Instant.now();
    var _ = awaitSettled();
    var sample = new ArrayList<>(ledger.accepted());
    Collections.shuffle(sample, new Random(sample.size()));
    List<Ledger.Accepted> asked = sample.subList(0, Math.min(TRACES, sample.size()));
    var wrong = new ArrayList<Finding>();
    for (Ledger.Accepted one : asked) {
      compare(one).ifPresent(wrong::add);
    }
    if (audited) {
      wrong.addAll(missing(begun));
    }
    return ledger.tally(receipts, this::isPresent).withTraces(asked.size(), wrong);
  }

  /**
   * Returns what the service's own audit misses, once it has looked twice at all that was accepted
   * by then.
   */
  private List<Finding> missing(Instant by) throws InterruptedException {
    long deadline = System.nanoTime() + AUDITED_WITHIN.toNanos();
    Instant first = Instant.MAX;
    String last = "";
    while (System.nanoTime() < deadline) {
      for (IngestClient client : ingest) {
        try {
          IngestClient.Audit told = client.audit();
          last = "until " + told.until();
          if (told.until().isAfter(first)) {
            return told.missing().stream().map(id -> new Finding(Finding.Kind.AUDIT, id)).toList();
          }
          if (first.equals(Instant.MAX) && !told.until().isBefore(by)) {
            first = told.until();
          }
        } catch (IOException e) {
          // Another node may know.
          last = String.valueOf(e.getMessage());
        }
      }
      Thread.sleep(LOOK_EVERY);
    }
    return List.of(new Finding(Finding.Kind.AUDIT, "not audited in time: " + last));
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
        // Another node may have the trace.
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

  /** Returns the outcomes in a trace for one of the recipients of its id. */
  private List<String> outcomes(Trace trace, Ledger.Accepted one) {
    SimulatedDevice device = devices.all().get(one.recipient().device());
    String app = Devices.app(one.recipient());
    List<String> ofDevice = outcomes(trace, app + " on " + device.serial());
    // If the token had no device, the trace has none.
    return ofDevice.isEmpty() ? outcomes(trace, app) : ofDevice;
  }

  private static List<String> outcomes(Trace trace, String recipient) {
    return Stream.concat(Stream.of(trace), trace.others().stream())
        .filter(each -> each.recipient().equals(recipient))
        .map(Trace::outcome)
        .toList();
  }
}
