package dev.tidings.device.receive;

import java.util.LinkedHashMap;
import java.util.Map;

/** The ids seen last; the least recently seen is dropped first. For one thread at a time. */
final class RecentIds {
  private final Map<String, Boolean> ids;

  RecentIds(int capacity) {
    this.ids =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > capacity;
          }
        };
  }

  /** Returns whether an id is among them; the check counts as seeing it. */
  boolean contains(String id) {
    return ids.get(id) != null;
  }

  void add(String id) {
    ids.put(id, Boolean.TRUE);
  }
}
