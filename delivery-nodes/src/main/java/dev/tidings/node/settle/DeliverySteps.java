package dev.tidings.node.settle;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.util.List;

/** Reads what a delivery says of its own past. */
public final class DeliverySteps {
  /** By so much may the clocks of two hosts differ, or one that was set back from itself. */
  private static final long CLOCKS_MILLIS = 90_000;

  private DeliverySteps() {}

  /**
   * Returns since when it could be delivered, in ms since the epoch: its acceptance; after it was
   * scheduled, when its time had come and it was resolved.
   *
   * @param otherwise if no step tells
   */
  static long since(Delivery delivery, long otherwise) {
    List<Step> steps = delivery.getSteps();
    for (int i = 0; i + 1 < steps.size(); i++) {
      if (steps.get(i).getName() == StepName.SCHEDULED) {
        return steps.get(i + 1).getAt();
      }
    }
    return steps.isEmpty() ? otherwise : steps.getFirst().getAt();
  }

  /**
   * Whether whoever had the partition before may have sent it: it was resolved before this time,
   * and was not parked by then. Other hosts' clocks have told these times, so what is near counts.
   */
  public static boolean wasHot(Delivery delivery, long at) {
    boolean resolved = false;
    for (Step step : delivery.getSteps()) {
      if (step.getName() == StepName.PARKED) {
        return resolved && step.getAt() >= at - CLOCKS_MILLIS;
      }
      resolved |= step.getName() == StepName.RESOLVED && step.getAt() < at + CLOCKS_MILLIS;
    }
    return resolved;
  }

  /** Whether it was parked before this time for certain, by whichever host's clock. */
  public static boolean wasParked(Delivery delivery, long at) {
    for (Step step : delivery.getSteps()) {
      if (step.getName() == StepName.PARKED) {
        return step.getAt() < at - CLOCKS_MILLIS;
      }
    }
    return false;
  }

  /** Whether a device may have had it already, from this node or another. */
  public static boolean wasPushed(Delivery delivery) {
    for (Step step : delivery.getSteps()) {
      if (step.getName() == StepName.PUSHED) {
        return true;
      }
    }
    return false;
  }
}
