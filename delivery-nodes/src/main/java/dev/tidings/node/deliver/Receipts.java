package dev.tidings.node.deliver;

import dev.tidings.node.log.LogWrite;
import dev.tidings.node.log.LogWriter;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts for deliveries in the log. Thread-safe. */
final class Receipts {
  private final LogWriter log;
  private final InstantSource clock;
  private final String instance;

  /**
   * @param instance this process, as receipts name it
   */
  Receipts(LogWriter log, InstantSource clock, String instance) {
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
    Receipt receipt =
        new Receipt(
            delivery.getId(),
            delivery.getToken(),
            device.value(),
            delivery.getApp(),
            outcome,
            steps);
    byte[] key = delivery.getId().getBytes(StandardCharsets.UTF_8);
    log.write(LogWrite.record(LogTopics.RECEIPTS, key, receipt, stored));
  }
}
