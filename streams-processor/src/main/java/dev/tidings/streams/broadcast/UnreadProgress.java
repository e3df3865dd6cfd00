package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;

/**
 * The broadcasts of which the table says how far they have come in a record that can't be read yet.
 * They are looked at again now and then, some at a time. Confined to the task's thread.
 */
final class UnreadProgress {
  private static final int AT_ONCE = 100;

  private final SequencedSet<BroadcastKey> keys = new LinkedHashSet<>();
  private long lookedAt = Long.MIN_VALUE / 2;

  void add(BroadcastKey key) {
    keys.add(key);
  }

  /**
   * Removes some that are to be looked at now.
   *
   * @param look adds those again that still can't be read
   */
  void look(long now, Consumer<BroadcastKey> look) {
    if (keys.isEmpty() || (now >= lookedAt && now - lookedAt < Requests.LOOK_AGAIN_MILLIS)) {
      return;
    }
    lookedAt = now;
    List<BroadcastKey> some = keys.stream().limit(AT_ONCE).toList();
    some.forEach(keys::remove);
    some.forEach(look);
  }
}
