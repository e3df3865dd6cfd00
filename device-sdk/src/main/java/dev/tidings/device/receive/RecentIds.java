package dev.tidings.device.receive;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids seen last, and those of a store from earlier runs; the least recently seen is dropped
 * first. For one thread at a time.
 */
final class RecentIds {
  private static final Logger log = LoggerFactory.getLogger(RecentIds.class);

  private final IdStore store;
  private final Map<String, Boolean> ids;
  private boolean loaded;

  RecentIds(int capacity, IdStore store) {
    this.store = store;
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
    load();
    return ids.get(id) != null;
  }

  void add(String id) {
    ids.put(id, Boolean.TRUE);
    try {
      store.add(id);
    } catch (Exception e) {
      log.warn("{} is not kept: {}", id, e.toString());
    }
  }

  /** In the thread of the listener, which may block, and not in that of who makes a client. */
  private void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    try {
      store.load().forEach(id -> ids.put(id, Boolean.TRUE));
    } catch (Exception e) {
      log.warn("the ids that were kept could not be read: {}", e.toString());
    }
  }
}
