package dev.tidings.node.settle;

import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.trace.Steps;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts for deliveries in the log. Thread-safe. */
public final class Receipts {
  private final LogWriter log;
  private final InstantSource clock;
  private final Steps steps;

  /**
   * @param instance this process, as receipts name it
   */
  public Receipts(LogWriter log, InstantSource clock, String instance) {
    this.log = log;
    this.clock = clock;
    this.steps = new Steps(instance);
  }

  long now() {
    return clock.millis();
  }

  Step step(StepName name, @Nullable String why) {
    return step(name, now(), why);
  }

  Step step(StepName name, long at, @Nullable String why) {
    return steps.of(name, at, why);
  }

  /**
   * Writes a receipt.
   *
   * @param trace all of its steps
   * @param stored called on the producer's thread once the log has it
   */
  void write(
      DeviceId device, Delivery delivery, Outcome outcome, List<Step> trace, Runnable stored) {
    if (WithdrawalId.isOne(delivery.getId())) {
      told(device, delivery, outcome, trace, stored);
      return;
    }
    write(
        ReceiptKey.of(delivery.getId(), delivery.getToken()),
        device,
        delivery,
        outcome,
        trace,
        stored);
  }

  /**
   * Accounts for what became of telling a device that a notification was withdrawn: beside the
   * receipt of the notification, which says what became of that. Of several the last one wins.
   */
  private void told(
      DeviceId device, Delivery withdrawal, Outcome outcome, List<Step> steps, Runnable stored) {
    if (outcome == Outcome.COLLAPSED) {
      // What became of the one that replaces it is said there.
      stored.run();
      return;
    }
    String id = WithdrawalId.parse(withdrawal.getId()).withdrawn().value();
    @Nullable String last = steps.isEmpty() ? null : steps.getLast().getWhy();
    String why =
        switch (outcome) {
          case DELIVERED -> "told to the device, which has confirmed it";
          case PENDING -> "waits to be told to the device: " + last;
          default -> "not told to the device: " + last;
        };
    Step step = step(StepName.WITHDRAWN, why);
    Receipt receipt =
        new Receipt(
            id,
            withdrawal.getToken(),
            device.value(),
            withdrawal.getApp(),
            outcome == Outcome.PENDING ? Outcome.PENDING : Outcome.DELIVERED,
            // What the withdrawal began with tells that both are of the same, when a node that was
            // replaced says late that it waits.
            steps.isEmpty() ? List.of(step) : List.of(steps.getFirst(), step),
            null);
    byte[] key = ReceiptKey.ofReport(id, withdrawal.getToken(), StepName.WITHDRAWN);
    log.write(LogWrite.record(LogTopics.RECEIPTS, key, receipt, stored));
  }

  /** Accounts for what came once more, beside the receipt of what came first. */
  void repeated(DeviceId device, Delivery delivery, String why, Runnable stored) {
    byte[] key = ReceiptKey.ofRepetition(delivery.getId(), delivery.getToken());
    List<Step> trace = Steps.append(delivery.getSteps(), List.of(step(StepName.REPEATED, why)));
    write(key, device, delivery, Outcome.REPEATED, trace, stored);
  }

  private void write(
      byte[] key,
      DeviceId device,
      Delivery delivery,
      Outcome outcome,
      List<Step> trace,
      Runnable stored) {
    Receipt receipt = receipt(device, delivery, outcome, trace);
    log.write(
        LogWrite.record(LogTopics.RECEIPTS, key, receipt, stored)
            .orElse(why ->
                log.write(
                    LogWrite.record(
                        LogTopics.RECEIPTS,
                        key,
                        receipt(device, delivery, outcome, Steps.shortened(trace)),
                        stored))));
  }

  private static Receipt receipt(
      DeviceId device, Delivery delivery, Outcome outcome, List<Step> trace) {
    return new Receipt(
        delivery.getId(),
        delivery.getToken(),
        device.value(),
        delivery.getApp(),
        outcome,
        trace,
        delivery.getCategory());
  }
}
