package dev.tidings.node.erase;

import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import org.jspecify.annotations.Nullable;

/**
 * An erasure only moves on, whichever node writes late; and of each app it is written down once
 * which token ends: later it might be one that the device has registered since. If they are too
 * many for one record, there is a next one with the apps behind, in the order of their names.
 */
final class ErasureRule implements TableRule<Erasure> {
  @Override
  public boolean accepts(Erasure before, @Nullable Erasure after) {
    return after == null
        || after.getState().compareTo(before.getState()) > 0
        || after.equals(before)
        || isNext(before, after);
  }

  private static boolean isNext(Erasure before, Erasure after) {
    return before.getState() == ErasureState.RUNNING
        && after.getState() == ErasureState.RUNNING
        && !before.getTokens().isEmpty()
        && !after.getTokens().isEmpty()
        && after.getTokens().getFirst().getApp().compareTo(before.getTokens().getLast().getApp())
            > 0;
  }

  /** Whether there is still something to do. */
  static boolean isOpen(Erasure erasure) {
    return erasure.getState() == ErasureState.REQUESTED
        || erasure.getState() == ErasureState.RUNNING;
  }
}
