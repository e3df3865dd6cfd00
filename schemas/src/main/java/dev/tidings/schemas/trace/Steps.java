package dev.tidings.schemas.trace;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps that one process adds to the traces of notifications. Immutable.
 *
 * @param instance this process, as traces name it
 */
public record Steps(String instance) {
  /** The steps that are kept at either end of a trace that is too long. */
  private static final int ENDS = 8;

  /**
   * Returns a step in this process.
   *
   * @param at in ms since the epoch
   * @param why null if there is nothing to say
   */
  public Step of(StepName name, long at, @Nullable String why) {
    return new Step(name, at, instance, why);
  }

  /**
   * Returns the steps that a notification had before it was resolved, whichever processes made
   * them: it was accepted, and may have been scheduled.
   *
   * @param timestamp of its record
   */
  public static List<Step> beforeResolved(Notification notification, long timestamp) {
    Step accepted = AcceptedStep.of(notification, timestamp);
    @Nullable Long at = notification.getScheduledAt();
    if (at == null) {
      return List.of(accepted);
    }
    @Nullable String by = notification.getScheduledBy();
    @Nullable Long due = notification.getDeliverAt();
    return List.of(
        accepted,
        new Step(
            StepName.SCHEDULED,
            // Anybody who writes to the log can have written it.
            AcceptanceTime.millis(at, timestamp),
            by == null ? "" : ShownText.of(by),
            due == null ? null : "for " + Instant.ofEpochMilli(due)));
  }

  /** Returns the steps of both lists, in this order. */
  public static List<Step> append(List<Step> before, List<Step> more) {
    List<Step> steps = new ArrayList<>(before.size() + more.size());
    steps.addAll(before);
    steps.addAll(more);
    return steps;
  }

  /** Returns a trace that is more than the log takes: its beginning and its end, texts cut. */
  public static List<Step> shortened(List<Step> steps) {
    List<Step> few = new ArrayList<>(2 * ENDS);
    for (int i = 0; i < steps.size(); i++) {
      if (i < ENDS || i >= steps.size() - ENDS) {
        Step step = steps.get(i);
        @Nullable String why = step.getWhy();
        few.add(
            new Step(
                step.getName(),
                step.getAt(),
                ShownText.of(step.getWhere()),
                why == null ? null : ShownText.of(why)));
      }
    }
    return few;
  }
}
