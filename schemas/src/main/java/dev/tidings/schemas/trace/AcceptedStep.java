package dev.tidings.schemas.trace;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AcceptanceTime;
import org.jspecify.annotations.Nullable;

/** The first step of a notification: when it was accepted, and by which process. */
public final class AcceptedStep {
  /** In place of a process, if the provider has written the notification to the log itself. */
  private static final String LOG = "kafka";

  private AcceptedStep() {}

  /**
   * Returns the step of a notification.
   *
   * @param timestamp of its record
   */
  public static Step of(Notification notification, long timestamp) {
    @Nullable String by = notification.getAcceptedBy();
    return new Step(
        StepName.ACCEPTED,
        AcceptanceTime.millis(notification.getAcceptedAt(), timestamp),
        by == null ? LOG : ShownText.of(by),
        null);
  }
}
