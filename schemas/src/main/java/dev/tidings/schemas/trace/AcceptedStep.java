package dev.tidings.schemas.trace;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The first step of a notification: when it was accepted, and by which process. */
public final class AcceptedStep {
  /** In place of a process, if the provider has written the notification to the log itself. */
  private static final String LOG = "kafka";

  private static final String REQUEST = "request ";
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{32}");

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
        why(notification.getFingerprint()));
  }

  /** Providers may write anything there. */
  private static @Nullable String why(@Nullable String fingerprint) {
    return fingerprint != null && FINGERPRINT.matcher(fingerprint).matches()
        ? REQUEST + fingerprint
        : null;
  }

  /** Returns the fingerprint of the request with which a notification came; null for none. */
  public static @Nullable String fingerprint(Step accepted) {
    @Nullable String why = accepted.getWhy();
    return why != null && why.startsWith(REQUEST) ? why.substring(REQUEST.length()) : null;
  }
}
