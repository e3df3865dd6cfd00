package dev.tidings.node.device;

import dev.tidings.schemas.avro.Delivery;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The notifications in flight, by packet id: 1 to 65,535, around again, and never one that is in
 * use ([MQTT-2.2.1-2]). One alone, as most devices have, takes no table. Confined to one thread.
 */
public final class PacketIds {
  private static final int MAX = 65_535;

  private @Nullable Sent single;
  private int singleId;

  /** The others, where there are such. */
  private @Nullable IntObjectHashMap<Sent> others;

  private int last;

  /** No sequence that was ever put is higher: entries go out in order, but for few. */
  private long high = -1;

  /**
   * @param last the id before the first: those of an earlier connection may still be confirmed over
   *     this one, by a client that leaves confirming to its application
   */
  public PacketIds(int last) {
    this.last = last;
  }

  /**
   * Returns a random id, to start from if a device's last one is not known. The device may still
   * confirm notifications of another node or an earlier process: if all started at the same id,
   * those confirmations would match other notifications here.
   */
  static int any() {
    return ThreadLocalRandom.current().nextInt(1, MAX + 1);
  }

  public int put(Sent sent) {
    if (size() >= MAX) {
      throw new IllegalStateException("in flight: " + size() + " (expected: < " + MAX + ")");
    }
    do {
      last = last == MAX ? 1 : last + 1;
    } while (isInUse(last));
    high = Math.max(high, sent.sequence());
    if (single == null) {
      single = sent;
      singleId = last;
    } else {
      if (others == null) {
        others = new IntObjectHashMap<>(4);
      }
      others.put(last, sent);
    }
    return last;
  }

  private boolean isInUse(int packetId) {
    return (single != null && singleId == packetId)
        || (others != null && others.containsKey(packetId));
  }

  public @Nullable Sent remove(int packetId) {
    if (single != null && singleId == packetId) {
      Sent sent = single;
      single = null;
      return sent;
    }
    if (others == null) {
      return null;
    }
    @Nullable Sent sent = others.remove(packetId);
    if (others.isEmpty()) {
      others = null;
    }
    return sent;
  }

  public int size() {
    return (single == null ? 0 : 1) + (others == null ? 0 : others.size());
  }

  public boolean contains(long sequence) {
    if (sequence > high) {
      return false;
    }
    if (single != null && single.sequence() == sequence) {
      return true;
    }
    if (others != null) {
      for (Sent sent : others.values()) {
        if (sent.sequence() == sequence) {
          return true;
        }
      }
    }
    return false;
  }

  /** The one in flight that these ask for, but for what is replayed; null if there is none. */
  public @Nullable Sent find(Predicate<Delivery> these) {
    if (isLive(single, these)) {
      return single;
    }
    if (others != null) {
      for (Sent sent : others.values()) {
        if (isLive(sent, these)) {
          return sent;
        }
      }
    }
    return null;
  }

  private static boolean isLive(@Nullable Sent sent, Predicate<Delivery> these) {
    return sent != null && !sent.isReplayed() && these.test(sent.delivery());
  }

  /** All of them but what is replayed, by sequence. */
  public List<Sent> live() {
    List<Sent> sent = new ArrayList<>(others == null ? List.of() : others.values());
    if (single != null) {
      sent.add(single);
    }
    sent.removeIf(Sent::isReplayed);
    sent.sort(Comparator.comparingLong(Sent::sequence));
    return sent;
  }

  /** The same, and none is left. */
  public List<Sent> drain() {
    List<Sent> sent = live();
    single = null;
    others = null;
    return sent;
  }
}
