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
    write(
        ReceiptKey.of(delivery.getId(), delivery.getToken()),
        device,
        delivery,
        outcome,
        trace,
        stored);
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
        delivery.getId(), delivery.getToken(), device.value(), delivery.getApp(), outcome, trace);
  }
}
