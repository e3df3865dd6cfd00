package dev.tidings.node.subscriber;

import dev.tidings.schemas.topic.DeviceKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be carried out, one of each app in turn, so that what the provider of one app
 * requests waits for no other's; and how many of each app there are. Not thread-safe.
 */
final class AppTurns {
  private final int most;
  private final int mostOfFew;

  private final LinkedHashMap<String, Queue<DeviceKey>> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> entered = new HashMap<>();
  private int count;

  /**
   * @param most how many there may be; half as many more of apps that have few
   * @param mostOfFew how many are few
   */
  AppTurns(int most, int mostOfFew) {
    this.most = most;
    this.mostOfFew = mostOfFew;
  }

  private static String app(DeviceKey key) {
    String name = key.name();
    int end = name.indexOf('/');
    return end < 0 ? name : name.substring(0, end);
  }

  /** Counts one more, until it {@link #leave}s. Returns whether there is room for it. */
  boolean enter(DeviceKey key) {
    String app = app(key);
    boolean few = entered.getOrDefault(app, 0) < mostOfFew;
    if (count >= (few ? most + most / 2 : most)) {
      return false;
    }
    count++;
    entered.merge(app, 1, Integer::sum);
    return true;
  }

  void leave(DeviceKey key) {
    count--;
    entered.computeIfPresent(app(key), (_, number) -> number > 1 ? number - 1 : null);
  }

  /** Has one wait that has entered. */
  void add(DeviceKey key) {
    waiting.computeIfAbsent(app(key), _ -> new ArrayDeque<>()).add(key);
  }

  /** Returns the next one; null if none waits. */
  @Nullable DeviceKey poll() {
    Map.@Nullable Entry<String, Queue<DeviceKey>> turn = waiting.pollFirstEntry();
    if (turn == null) {
      return null;
    }
    DeviceKey next = turn.getValue().remove();
    if (!turn.getValue().isEmpty()) {
      waiting.putLast(turn.getKey(), turn.getValue());
    }
    return next;
  }
}
