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
import dev.tidings.schemas.value.DeviceId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts for deliveries in the log. Thread-safe. */
public final class Receipts {
  private static final int FEW = 8;
  private static final int SHORT = 200;

  private final LogWriter log;
  private final InstantSource clock;
  private final String instance;

  /**
   * @param instance this process, as receipts name it
   */
  public Receipts(LogWriter log, InstantSource clock, String instance) {
    this.log = log;
    this.clock = clock;
    this.instance = instance;
  }

  long now() {
    return clock.millis();
  }

  Step step(StepName name, @Nullable String why) {
    return step(name, now(), why);
  }

  Step step(StepName name, long at, @Nullable String why) {
    return new Step(name, at, instance, why);
  }

  /** The journey so far and what has come since. */
  static List<Step> journey(Delivery delivery, List<Step> more) {
    List<Step> steps = new ArrayList<>(delivery.getSteps().size() + more.size());
    steps.addAll(delivery.getSteps());
    steps.addAll(more);
    return steps;
  }

  /**
   * Writes a receipt.
   *
   * @param steps the whole journey
   * @param stored called on the producer's thread once the log has it
   */
  void write(
      DeviceId device, Delivery delivery, Outcome outcome, List<Step> steps, Runnable stored) {
    write(
        ReceiptKey.of(delivery.getId(), delivery.getToken()),
        device,
        delivery,
        outcome,
        steps,
        stored);
  }

  /** Accounts for what came once more, beside the receipt of what came first. */
  void repeated(DeviceId device, Delivery delivery, String why, Runnable stored) {
    byte[] key = ReceiptKey.ofRepetition(delivery.getId(), delivery.getToken());
    List<Step> steps = journey(delivery, List.of(step(StepName.REPEATED, why)));
    write(key, device, delivery, Outcome.REPEATED, steps, stored);
  }

  private void write(
      byte[] key,
      DeviceId device,
      Delivery delivery,
      Outcome outcome,
      List<Step> steps,
      Runnable stored) {
    Receipt receipt = receipt(device, delivery, outcome, steps);
    log.write(
        LogWrite.record(LogTopics.RECEIPTS, key, receipt, stored)
            .orElse(why ->
                log.write(
                    LogWrite.record(
                        LogTopics.RECEIPTS,
                        key,
                        receipt(device, delivery, outcome, shortened(steps)),
                        stored))));
  }

  private static Receipt receipt(
      DeviceId device, Delivery delivery, Outcome outcome, List<Step> steps) {
    return new Receipt(
        delivery.getId(), delivery.getToken(), device.value(), delivery.getApp(), outcome, steps);
  }

  /** Of a journey that is more than the log takes: how it began and ended, and no long texts. */
  private static List<Step> shortened(List<Step> steps) {
    List<Step> few = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (i < FEW || i >= steps.size() - FEW) {
        Step step = steps.get(i);
        @Nullable String why = step.getWhy();
        few.add(
            new Step(
                step.getName(),
                step.getAt(),
                shortened(step.getWhere()),
                why == null ? null : shortened(why)));
      }
    }
    return few;
  }

  private static String shortened(String text) {
    return text.length() <= SHORT ? text : text.substring(0, SHORT) + "…";
  }
}
