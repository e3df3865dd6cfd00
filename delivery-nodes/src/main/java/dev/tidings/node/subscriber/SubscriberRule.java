package dev.tidings.node.subscriber;

import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Membership;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The last request for a device and topic counts, wherever it lies in the log: one that is kept is
 * written once more, perhaps behind the next. That one is done is about this one alone: another
 * that has come meanwhile is still to be done, and no tombstone hides it.
 */
final class SubscriberRule implements TableRule<Membership> {
  /**
   * Sequences are offsets: a request that came so much later and has a lower one is of a topic that
   * was made anew. More than clocks differ.
   */
  private static final long ANEW_MILLIS = Duration.ofMinutes(1).toMillis();

  @Override
  public boolean accepts(Membership before, @Nullable Membership after) {
    if (after == null) {
      return isDone(before);
    }
    if (isDone(after)) {
      return after.getId().equals(before.getId());
    }
    // Of another token it says nothing about which came first, and of another topic neither.
    return after.getSequence() >= before.getSequence()
        || !after.getToken().equals(before.getToken())
        || after.getRequestedAt() - before.getRequestedAt() > ANEW_MILLIS;
  }

  static boolean isDone(Membership membership) {
    return membership.getDoneAt() != null;
  }
}
