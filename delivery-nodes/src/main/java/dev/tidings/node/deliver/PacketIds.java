package dev.tidings.node.deliver;

import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The notifications in flight, by packet id: 1 to 65,535, around again, and never one that is in
 * use ([MQTT-2.2.1-2]). Confined to one thread.
 */
final class PacketIds {
  private static final int MAX = 65_535;

  private final IntObjectHashMap<Sent> inFlight = new IntObjectHashMap<>(2);
  private int last;

  int put(Sent sent) {
    if (inFlight.size() >= MAX) {
      throw new IllegalStateException(
          "in flight: " + inFlight.size() + " (expected: < " + MAX + ")");
    }
    do {
      last = last == MAX ? 1 : last + 1;
    } while (inFlight.containsKey(last));
    inFlight.put(last, sent);
    return last;
  }

  @Nullable Sent remove(int packetId) {
    return inFlight.remove(packetId);
  }

  int size() {
    return inFlight.size();
  }

  boolean contains(long sequence) {
    for (Sent sent : inFlight.values()) {
      if (sent.sequence() == sequence) {
        return true;
      }
    }
    return false;
  }

  /** All of them, by sequence, and none is left. */
  List<Sent> drain() {
    List<Sent> sent = new ArrayList<>(inFlight.values());
    sent.sort(Comparator.comparingLong(Sent::sequence));
    inFlight.clear();
    return sent;
  }
}
