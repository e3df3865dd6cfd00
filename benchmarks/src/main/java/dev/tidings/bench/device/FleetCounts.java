package dev.tidings.bench.device;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections and their failures. Thread-safe. */
final class FleetCounts {
  private final LongAdder connected = new LongAdder();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

  void connected() {
    connected.increment();
  }

  void disconnected() {
    connected.decrement();
  }

  void refused(String why) {
    refusals.computeIfAbsent(why, key -> new LongAdder()).increment();
  }

  long connectedNow() {
    return connected.sum();
  }

  /** Returns how often connections failed, by reason. */
  Map<String, Long> refusals() {
    var all = new TreeMap<String, Long>();
    refusals.forEach((why, count) -> all.put(why, count.sum()));
    return all;
  }
}
