package dev.tidings.streams.cap;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a notification may go on to its device today. Confined to the task's thread. */
public final class CapGate {
  private final CapRules rules;
  private final DailyCounts counts;
  private final InstantSource clock;

  public CapGate(CapRules rules, DailyCounts counts, InstantSource clock) {
    this.rules = rules;
    this.counts = counts;
    this.clock = clock;
  }

  /**
   * Counts a notification that is about to be sent to its device.
   *
   * @param category null if it has none
   * @return why it is not to be sent; empty if it is
   */
  public Optional<String> refusal(
      AppId app, Token token, NotificationId id, @Nullable String category) {
    @Nullable CapRule rule = rules.of(app, category);
    if (rule == null) {
      return Optional.empty();
    }
    String word = category == null ? Category.NONE : category;
    return counts.admits(token, word, id, rule, clock.millis())
        ? Optional.empty()
        : Optional.of(
            "daily cap: category %s, in %s (expected: at most %d a day to a device)"
                .formatted(word, rule.zone(), rule.perDay()));
  }

  /** Forgets what was counted on days that are over: called again and again. */
  public void forgetPast() {
    counts.forgetPast(clock.millis());
  }
}
