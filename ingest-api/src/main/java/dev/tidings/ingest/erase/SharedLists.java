package dev.tidings.ingest.erase;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists of apps, each once: the erasures of a team have the same one, and it may be long. A list is
 * forgotten with the last that has it. For one thread at a time.
 */
final class SharedLists {
  private static final int LIST_BYTES = 120;
  private static final int APP_BYTES = 64;

  private final Map<List<String>, Shared> all = new HashMap<>();
  private long bytes;

  private static final class Shared {
    final List<String> list;
    int users;

    Shared(List<String> list) {
      this.list = list;
    }
  }

  /** Returns the list that stands for all equal ones; to be given back. */
  List<String> take(List<String> list) {
    @Nullable Shared shared = all.get(list);
    if (shared == null) {
      List<String> copy = List.copyOf(list);
      shared = new Shared(copy);
      all.put(copy, shared);
      bytes += weight(copy);
    }
    shared.users++;
    return shared.list;
  }

  /** One of its users is no more. */
  void giveBack(List<String> list) {
    @Nullable Shared shared = all.get(list);
    if (shared != null && --shared.users == 0) {
      all.remove(list);
      bytes -= weight(list);
    }
  }

  void clear() {
    all.clear();
    bytes = 0;
  }

  /** Returns how much memory they take, roughly. */
  long bytes() {
    return bytes;
  }

  private static long weight(List<String> list) {
    long sum = LIST_BYTES;
    for (String app : list) {
      sum += APP_BYTES + app.length();
    }
    return sum;
  }
}
