package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Adds what a device tells of a notification to its receipt, and that the device was told that it
 * was withdrawn. Devices may tell anything: it counts only if the notification was pushed to the
 * device that tells, as the receipt says.
 */
final class DeviceReports {
  private DeviceReports() {}

  /**
   * Returns the receipt with the steps that the device tells, or is told, in the order of their
   * times.
   *
   * @param told of the device of the same token, each with one step
   */
  static Receipt added(Receipt receipt, List<Receipt> told) {
    boolean pushed = receipt.getSteps().stream().anyMatch(DeviceReports::isPushed);
    List<Step> more =
        told.stream()
            .filter(one -> one.getDevice() != null && one.getDevice().equals(receipt.getDevice()))
            .flatMap(one -> one.getSteps().stream())
            .filter(step -> isWithdrawal(step) || (pushed && isReport(step)))
            .sorted(Comparator.comparingLong(Step::getAt))
            .toList();
    if (more.isEmpty()) {
      return receipt;
    }
    List<Step> steps = new ArrayList<>(receipt.getSteps());
    // The last step of one that waits says where it does.
    int place = receipt.getOutcome() == Outcome.PENDING ? steps.size() - 1 : steps.size();
    steps.addAll(place, more);
    return new Receipt(
        receipt.getId(),
        receipt.getToken(),
        receipt.getDevice(),
        receipt.getApp(),
        receipt.getOutcome(),
        steps,
        receipt.getCategory());
  }

  private static boolean isPushed(Step step) {
    return step.getName() == StepName.PUSHED || step.getName() == StepName.CONFIRMED;
  }

  /** What the node says itself: no device can write it. */
  private static boolean isWithdrawal(Step step) {
    return step.getName() == StepName.WITHDRAWN;
  }

  private static boolean isReport(Step step) {
    return step.getName() == StepName.DISPLAYED || step.getName() == StepName.OPENED;
  }
}
