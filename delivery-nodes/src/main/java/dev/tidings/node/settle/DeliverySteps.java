package dev.tidings.node.settle;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;

/** Reads what a delivery says of its own past. */
public final class DeliverySteps {
  private DeliverySteps() {}

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
