package dev.tidings.node.replay.ordered;

import dev.tidings.node.replay.Slice.Found;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one order has for one connection: in order, and no more than is open of the order. */
final class Lane {
  private final Deque<Found> waiting = new ArrayDeque<>();

  /** The sequences of those that were written, by their packet ids. */
  private final Map<Integer, Long> inFlight = new HashMap<>();

  private long movedAt;
  private boolean givenUp;

  Lane(long now) {
    this.movedAt = now;
  }

  void add(Found found, long now) {
    if (isEmpty()) {
      movedAt = now;
    }
    waiting.add(found);
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  boolean isEmpty() {
    return waiting.isEmpty() && inFlight.isEmpty();
  }

  @Nullable Found poll() {
    return waiting.pollFirst();
  }

  void written(int packetId, long sequence) {
    inFlight.put(packetId, sequence);
  }

  /** The device has answered; the sequence of what it was, if it is of this lane. */
  @Nullable Long answered(int packetId) {
    return inFlight.remove(packetId);
  }

  void moved(long now) {
    movedAt = now;
  }

  /** Whether the device has taken nothing of what is here for so long. */
  boolean isStalled(long now, long millis) {
    return !isEmpty() && now - movedAt > millis;
  }

  /** Whether it is to be written next, or was and is not answered. */
  boolean has(long sequence) {
    @Nullable Found next = waiting.peek();
    return (next != null && next.sequence() == sequence) || inFlight.containsValue(sequence);
  }

  /** Whether nothing more is given to the connection. */
  boolean isGivenUp() {
    return givenUp;
  }

  void giveUp() {
    givenUp = true;
  }

  /** Takes everything out; the sequences. */
  List<Long> clear() {
    List<Long> all = new ArrayList<>(inFlight.values());
    waiting.forEach(found -> all.add(found.sequence()));
    waiting.clear();
    inFlight.clear();
    return all;
  }
}
