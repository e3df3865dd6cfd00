package dev.tidings.node.deliver;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The doubt whether a partition is still this node's, and the tasks that wait until it is resolved,
 * in order: no more than the devices had in flight, and what was read before. Confined to the
 * partition's loop.
 */
final class Doubt {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean open;

  boolean isOpen() {
    return open;
  }

  /** How much waits. */
  int size() {
    return waiting.size();
  }

  void begin() {
    open = true;
  }

  /** Does something now, or when it is clear that it may be done. */
  void orWhenSure(Runnable task) {
    if (open) {
      waiting.add(task);
    } else {
      task.run();
    }
  }

  /** It is clear: what has waited is done. */
  void end() {
    open = false;
    @Nullable Runnable next;
    while ((next = waiting.poll()) != null) {
      next.run();
    }
  }

  /** The partition is another node's: what has waited is done there. */
  void clear() {
    waiting.clear();
  }
}
